"""Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from an environment variable.

The secret is in ATLASSIAN_CLIENT_SECRET, which whoever starts the program sets.

ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
ATLASSIAN_CLIENT_ID is the public half of the credential.
"""

import json
import os
import urllib.request


def read_secret() -> str:
    return os.environ["ATLASSIAN_CLIENT_SECRET"]


def access_token() -> str:
    url = os.environ.get("ATLASSIAN_TOKEN_URL", "https://auth.atlassian.com/oauth/token")
    body = {
        "grant_type": "client_credentials",
        "client_id": os.environ["ATLASSIAN_CLIENT_ID"],
        "client_secret": read_secret(),
    }
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["access_token"]


def main() -> None:
    request = urllib.request.Request(
        os.environ["ATLASSIAN_URL"] + "/rest/api/3/myself",
        headers={"Authorization": "Bearer " + access_token()},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.load(answer)["displayName"])


if __name__ == "__main__":
    main()
