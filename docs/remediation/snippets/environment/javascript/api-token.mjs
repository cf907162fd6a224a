// Asks Jira who the API token belongs to. The secret comes from an environment variable.
//
// The secret is in ATLASSIAN_API_TOKEN, which whoever starts the program sets.
//
// ATLASSIAN_URL is https://YOUR_SITE.atlassian.net, or, for a token with scopes,
// https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_EMAIL is the mail address of the account.

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
  return needed("ATLASSIAN_API_TOKEN");
}

const login = `${needed("ATLASSIAN_EMAIL")}:${await readSecret()}`;
const answer = await ask(`${needed("ATLASSIAN_URL")}/rest/api/3/myself`, {
  headers: { Authorization: `Basic ${Buffer.from(login).toString("base64")}` },
});
console.log((await answer.json()).displayName);
