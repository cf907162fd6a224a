"""Asks Jira who the API token belongs to. The secret comes from AWS Secrets Manager.

ATLASSIAN_SECRET_ID names the secret, whose text is the secret alone.
Who may read it is decided by the role that the program runs with.

ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
https://api.atlassian.com/ex/jira/CLOUD_ID.
ATLASSIAN_EMAIL is the mail address of the account.
"""

import base64
import json
import os
import urllib.request

import boto3


def read_secret() -> str:
    store = boto3.client("secretsmanager")
    answer = store.get_secret_value(SecretId=os.environ["ATLASSIAN_SECRET_ID"])
    return answer["SecretString"]


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
