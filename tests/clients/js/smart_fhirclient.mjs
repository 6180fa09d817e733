// https://www.npmjs.com/package/fhirclient, the SMART JavaScript client, used as its documentation shows for Node.
import smart from 'fhirclient';
import { fetchWellKnownJson } from 'fhirclient/lib/smart.js';

export const connect = (serverUrl, token) => {
  const tokenResponse = token ? { access_token: token, patient: 'rb.1' } : {};
  return smart({ session: {} }, {}).client({ serverUrl, scope: 'launch/patient', tokenResponse });
};

export const problem = (error) => ({ status: error.status, message: error.message });

export const exercises = {
  fhirRelease: (client) => client.getFhirRelease(),
  smartConfiguration: (client) => fetchWellKnownJson(client.state.serverUrl),
  request: (client, { url, ...options }) => client.request(url, options),

  // `url`, and with it anything that fetch takes: method, headers, body.
  send: (client, given) => client.request(given, { pageLimit: 0 }),

  async response(client, given) {
    const { response, body } = await client.request({ ...given, includeResponse: true });
    return { status: response.status, etag: response.headers.get('etag'), body };
  },

  patient: (client) => client.patient.read(),
  ofThePatient: (client, type) => client.patient.request(type, { pageLimit: 0, flat: true }),

  async pages(client, url) {
    const pages = [];
    for await (const page of client.pages(url)) pages.push(page);
    return pages;
  },

  async resources(client, url) {
    const found = [];
    for await (const resource of client.resources(url)) found.push(resource);
    return found;
  },

  references: (client, { url, paths }) => client.request(url, { resolveReferences: paths, graph: false }),
};
