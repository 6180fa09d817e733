// https://www.npmjs.com/package/fhir-kit-client, used as its documentation shows.
import { Client } from 'fhir-kit-client';
import { SignJWT, importJWK } from 'jose';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const connect = (baseUrl, bearerToken) => new Client({ baseUrl, bearerToken });

export const problem = (error) => ({
  status: error.response?.status,
  body: error.response?.data,
  message: error.message,
});

// Not smartAuthMetadata(): that takes whichever of this and the CapabilityStatement is there first, and the statement
// names no endpoints where there is none for authorization.
const smartConfiguration = (client) => client.request('.well-known/smart-configuration');

async function everyPage(client, first) {
  const pages = [];
  for (let bundle = first; bundle; bundle = await client.nextPage({ bundle })) pages.push(bundle);
  return pages;
}

export const exercises = {
  capabilityStatement: (client) => client.capabilityStatement(),
  smartConfiguration: (client) => smartConfiguration(client),
  read: (client, given) => client.read(given),
  vread: (client, given) => client.vread(given),
  search: (client, given) => client.search(given),
  searchEveryPage: async (client, given) => everyPage(client, await client.search(given)),
  operation: (client, given) => client.operation(given),
  operationEveryPage: async (client, given) => everyPage(client, await client.operation(given)),
  batch: (client, body) => client.batch({ body }),
  history: (client, given) => client.history(given),

  etag: async (client, given) => Client.httpFor(await client.read(given)).response.headers.get('etag'),

  // What each match refers to, looked up in the Bundle; what isn't there is asked of the server, and counted.
  async resolveIncluded(client, { path, ...search }) {
    const bundle = await client.search(search);
    let asked = 0;
    client.httpClient.requestSigner = () => {
      asked += 1;
    };
    const resolved = [];
    for (const { resource } of bundle.entry.filter((entry) => entry.search.mode === 'match')) {
      const reference = path.split('.').reduce((at, step) => at?.[step], resource);
      resolved.push([reference, await client.resolve({ reference, context: bundle })]);
    }
    return { asked, resolved };
  },

  resolve: (client, reference) => client.resolve({ reference }),

  // SMART Backend Services: discovery, a signed assertion, a token, a read with it.
  async backendServices(client, { clientId, jwk, scope, ...read }) {
    const { token_endpoint: tokenEndpoint } = await smartConfiguration(client);
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES384', kid: jwk.kid, typ: 'JWT' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenEndpoint)
      .setExpirationTime('2m')
      .sign(await importJWK(jwk, 'ES384'));
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: ASSERTION,
        client_assertion: assertion,
      }),
    });
    const granted = await response.json();
    client.bearerToken = granted.access_token;
    return { scope: granted.scope, resource: await client.read(read) };
  },
};
