// Gets an access token with a client secret, and asks Jira who it belongs to. The secret comes from CyberArk Conjur.
//
// CONJUR_APPLIANCE_URL, CONJUR_ACCOUNT, CONJUR_AUTHN_LOGIN and CONJUR_AUTHN_API_KEY say which
// Conjur, and who asks; ATLASSIAN_VARIABLE_ID names the variable.
//
// ATLASSIAN_URL is https://api.atlassian.com/ex/jira/CLOUD_ID.
// ATLASSIAN_CLIENT_ID is the public half of the credential.

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
  const url = needed("CONJUR_APPLIANCE_URL");
  const account = encodeURIComponent(needed("CONJUR_ACCOUNT"));
  const login = encodeURIComponent(needed("CONJUR_AUTHN_LOGIN"));
  const session = await ask(`${url}/authn/${account}/${login}/authenticate`, {
    method: "POST",
    headers: { "Accept-Encoding": "base64" },
    body: needed("CONJUR_AUTHN_API_KEY"),
  });
  const id = encodeURIComponent(needed("ATLASSIAN_VARIABLE_ID"));
  const answer = await ask(`${url}/secrets/${account}/variable/${id}`, {
    headers: { Authorization: `Token token="${await session.text()}"` },
  });
  return answer.text();
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
