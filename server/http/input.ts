// A request as the services see it: method, parameters and body, read once under the limits of its endpoint.
import type { Request } from 'express';
import { Fault } from '../core/model/fault';
import { Kvp } from '../services/ows/kvp';
import type { Endpoint, Input } from '../services/ows/operation';
import type { Address } from './address';
import { PutAside, readBody, type Aside } from './body';

/** The method, HEAD as GET. Fault unknown-operation for one that the endpoint does not answer to. */
export function methodOf(request: Request, endpoint: Endpoint): Input['method'] {
  const asked = request.method === 'HEAD' ? 'GET' : request.method;
  const method = endpoint.methods.find(candidate => candidate === asked);
  if (!method) throw new Fault('unknown-operation', 'method', `${endpoint.path} does not answer to ${request.method}`);
  return method;
}

/** The whole request. Faults: those of readBody. */
export async function inputOf(
  endpoint: Endpoint,
  request: Request,
  asked: { readonly method: Input['method']; readonly address: Address; readonly remote: string; readonly aside: Aside | null },
): Promise<Input> {
  const { method, address, remote } = asked;
  const empty = emptyInput(request, remote);
  const contentType = request.headers['content-type'] ?? '';
  const taken = method === 'GET' ? null : await readBody(request, endpoint.bodyLimit, asked.aside);
  const large = taken instanceof PutAside ? taken : null;
  const body = taken instanceof PutAside ? null : taken;
  const form = body !== null && /^application\/x-www-form-urlencoded/i.test(contentType);
  const query = form ? [address.query, Buffer.from(body).toString('utf8')].filter(part => part !== '').join('&') : address.query;
  return {
    ...empty,
    credentialed: address.key !== null || request.headers.authorization !== undefined || request.headers['x-api-key'] !== undefined,
    method,
    path: address.path.slice(1),
    kvp: new Kvp(query),
    body: form ? null : body,
    ...(large ? { large } : {}),
    contentType,
  };
}

/** What is known of a request before it has been read. */
export function emptyInput(request: Request, remote: string): Input {
  return {
    method: 'GET',
    path: '',
    segments: segmentsOf(request.params),
    kvp: new Kvp(''),
    body: null,
    contentType: '',
    accept: request.headers.accept ?? '*/*',
    remote,
    header: name => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function segmentsOf(params: Request['params']): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value]));
}
