// Asks Jira who the API token belongs to. The secret comes from AWS Secrets Manager.
//
// ATLASSIAN_SECRET_ID names the secret, whose text is the secret alone.
// Who may read it is decided by the role that the program runs with.
//
// ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
// https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_EMAIL is the mail address of the account.

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

const login = `${needed("ATLASSIAN_EMAIL")}:${await readSecret()}`;
const answer = await ask(`${needed("ATLASSIAN_URL")}/rest/api/3/myself`, {
  headers: { Authorization: `Basic ${Buffer.from(login).toString("base64")}` },
});
console.log((await answer.json()).displayName);
