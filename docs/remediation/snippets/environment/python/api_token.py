"""Asks Jira who the API token belongs to. The secret comes from an environment variable.

The secret is in ATLASSIAN_API_TOKEN, which whoever starts the program sets.

ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
https://api.atlassian.com/ex/jira/CLOUD_ID.
ATLASSIAN_EMAIL is the mail address of the account.
"""

import base64
import json
import os
import urllib.request


def read_secret() -> str:
    return os.environ["ATLASSIAN_API_TOKEN"]


def main() -> None:
    login = f"{os.environ['ATLASSIAN_EMAIL']}:{read_secret()}"
    request = urllib.request.Request(
        os.environ["ATLASSIAN_URL"] + "/rest/api/3/myself",
        headers={"Authorization": "Basic " + base64.b64encode(login.encode()).decode()},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(json.load(answer)["displayName"])


if __name__ == "__main__":
    main()
