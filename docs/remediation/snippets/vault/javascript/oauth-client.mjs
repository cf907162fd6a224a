// Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from HashiCorp Vault.
//
// VAULT_ADDR and VAULT_TOKEN say which Vault, and who asks; the secret is the field `value`
// at secret/atlassian of the key-value store, version 2.
//
// ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_CLIENT_ID is the public half of the credential.

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

async function accessToken() {
  const url = process.env.ATLASSIAN_TOKEN_URL ?? "https://auth.atlassian.com/oauth/token";
  const answer = await ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: needed("ATLASSIAN_CLIENT_ID"),
      client_secret: await readSecret(),
    }),
  });
  return (await answer.json()).access_token;
}

const answer = await ask(`${needed("ATLASSIAN_URL")}/rest/api/3/myself`, {
  headers: { Authorization: `Bearer ${await accessToken()}` },
});
console.log((await answer.json()).displayName);
