// Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from AWS Secrets Manager.
//
// ATLASSIAN_SECRET_ID names the secret, whose text is the secret alone.
// Who may read it is decided by the role that the program runs with.
//
// ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_CLIENT_ID is the public half of the credential.

import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

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
  const store = new SecretsManagerClient({});
  const question = new GetSecretValueCommand({ SecretId: needed("ATLASSIAN_SECRET_ID") });
  const { SecretString } = await store.send(question);
  if (!SecretString) {
    throw new Error("the secret has no text");
  }
  return SecretString;
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
