// Asks Jira who the API token belongs to. The secret comes from HashiCorp Vault.
//
// VAULT_ADDR and VAULT_TOKEN say which Vault, and who asks; the secret is the field `value`
// at secret/atlassian of the key-value store, version 2.
//
// ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
// https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_EMAIL is the mail address of the account.

import vault from "node-vault";

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  return value;
}

async function ask(url, options) {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) {
    throw new Error(`${new URL(url).host} answered ${answer.status}`);
  }
  return answer;
}

async function readSecret() {
  const store = vault({
    endpoint: needed("VAULT_ADDR"),
    token: needed("VAULT_TOKEN"),
    requestOptions: { timeout: 30_000 },
  });
  const answer = await store.read("secret/data/atlassian");
  return answer.data.data.value;
}

const login = `${needed("ATLASSIAN_EMAIL")}:${await readSecret()}`;
const answer = await ask(`${needed("ATLASSIAN_URL")}/rest/api/3/myself`, {
  headers: { Authorization: `Basic ${Buffer.from(login).toString("base64")}` },
});
console.log((await answer.json()).displayName);
