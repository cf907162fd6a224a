"""Asks Jira who the API token belongs to. The secret comes from CyberArk Conjur.

CONJUR_APPLIANCE_URL, CONJUR_ACCOUNT, CONJUR_AUTHN_LOGIN and CONJUR_AUTHN_API_KEY say which
Conjur, and who asks; ATLASSIAN_VARIABLE_ID names the variable.

ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
https://api.atlassian.com/ex/jira/CLOUD_ID.
ATLASSIAN_EMAIL is the mail address of the account.
"""

import base64
import json
import os
import urllib.request

from conjur_api import Client
from conjur_api.models import ConjurConnectionInfo, CredentialsData
from conjur_api.providers import AuthnAuthenticationStrategy, SimpleCredentialsProvider


def read_secret() -> str:
    url = os.environ["CONJUR_APPLIANCE_URL"]
    login = CredentialsData(
        machine=url,
        username=os.environ["CONJUR_AUTHN_LOGIN"],
        api_key=os.environ["CONJUR_AUTHN_API_KEY"],
    )
    logins = SimpleCredentialsProvider()
    logins.save(login)
    store = Client(
        ConjurConnectionInfo(conjur_url=url, account=os.environ["CONJUR_ACCOUNT"]),
        authn_strategy=AuthnAuthenticationStrategy(logins),
        async_mode=False,
    )
    return store.get(os.environ["ATLASSIAN_VARIABLE_ID"]).decode()


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
