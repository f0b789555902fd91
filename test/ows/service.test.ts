// Selection of the operation and negotiation of the version, for a service with three versions in two namespaces.
import { Fault } from '../../server/core/model/fault';
import { Kvp } from '../../server/services/ows/kvp';
import type { Input, Operation } from '../../server/services/ows/operation';
import { dialectOf, selectOperation, type OwsService } from '../../server/services/ows/service';

const operation = (name: string, versions: readonly string[]): Operation => ({
  service: 'WFS',
  versions,
  name,
  prepare: () => () => Promise.reject(new Error('not run')),
  examples: () => ({ none: 'a test' }),
});
const old = 'http://www.opengis.net/wfs';
const all = ['2.0.0', '1.1.0', '1.0.0'];
const service: OwsService = {
  service: 'WFS',
  versions: [
    { version: '2.0.0', aliases: ['2.0.2'], namespaces: ['http://www.opengis.net/wfs/2.0'] },
    { version: '1.1.0', aliases: [], namespaces: [old] },
    { version: '1.0.0', aliases: [], namespaces: [old] },
  ],
  operations: [
    ...all.flatMap(version => [operation('GetCapabilities', [version]), operation('GetFeature', [version])]),
    operation('GetPropertyValue', ['2.0.0']),
  ],
};

const input = (query: string, body: string | null = null): Input => ({
  method: body === null ? 'GET' : 'POST',
  path: 'wfs',
  segments: {},
  kvp: new Kvp(query),
  body: body === null ? null : Buffer.from(body),
  contentType: 'text/xml',
  accept: '*/*',
  remote: '127.0.0.1',
  header: () => undefined,
});

function chosen(query: string, body: string | null = null, table: OwsService = service): string {
  try {
    const found = selectOperation(table, input(query, body));
    return `${found.name} ${found.versions.join()}`;
  } catch (error) {
    if (error instanceof Fault) return `${error.kind} ${error.locator}`;
    throw error;
  }
}

test.each([
  ['no version: the highest', 'service=WFS&request=GetCapabilities', 'GetCapabilities 2.0.0'],
  ['names and values without case', 'SERVICE=wfs&ReQuEsT=getcapabilities', 'GetCapabilities 2.0.0'],
  ['accepted versions in the client’s order', 'service=WFS&request=GetCapabilities&acceptversions=1.0.0,2.0.0', 'GetCapabilities 1.0.0'],
  ['the first that is served', 'service=WFS&request=GetCapabilities&acceptversions=10.0.0,2.0.0,1.1.0', 'GetCapabilities 2.0.0'],
  ['accepted versions win over VERSION', 'service=WFS&request=GetCapabilities&version=2.0.0&acceptversions=1.1.0', 'GetCapabilities 1.1.0'],
  ['none is served', 'service=WFS&request=GetCapabilities&acceptversions=3.0.0', 'version acceptversions'],
  ['an alias', 'service=WFS&request=GetCapabilities&version=2.0.2', 'GetCapabilities 2.0.0'],
  ['an unknown version: the nearest lower', 'service=WFS&request=GetCapabilities&version=1.2.0', 'GetCapabilities 1.1.0'],
  ['below the lowest: the lowest', 'service=WFS&request=GetCapabilities&version=0.0.14', 'GetCapabilities 1.0.0'],
  ['above the highest: the highest', 'service=WFS&request=GetCapabilities&version=3.0.0', 'GetCapabilities 2.0.0'],
  ['no version at all', 'service=WFS&request=GetCapabilities&version=one', 'invalid-value version'],
  ['another operation, no version: the highest', 'service=WFS&request=GetFeature', 'GetFeature 2.0.0'],
  ['another operation, its version', 'service=WFS&request=GetFeature&version=1.1.0', 'GetFeature 1.1.0'],
  ['another operation, a version that is not served', 'service=WFS&request=GetFeature&version=1.2.0', 'invalid-value version'],
  ['an operation that the version lacks', 'service=WFS&request=GetPropertyValue&version=1.1.0', 'unknown-operation GetPropertyValue'],
  ['no service', 'request=GetFeature', 'missing-parameter service'],
  ['an empty service', 'service=&request=GetFeature', 'missing-parameter service'],
  ['another service', 'service=CSW&request=GetFeature', 'invalid-value service'],
  ['no request', 'service=WFS', 'missing-parameter request'],
])('KVP: %s', (_name, query, expected) => {
  expect(chosen(query)).toBe(expected);
});

test.each([
  ['2.0 by its namespace', '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0"/>', 'GetFeature 2.0.0'],
  ['1.0 and 1.1 by the version', `<GetFeature xmlns="${old}" service="WFS" version="1.0.0"/>`, 'GetFeature 1.0.0'],
  ['no version: the highest of the namespace', `<GetFeature xmlns="${old}" service="WFS"/>`, 'GetFeature 1.1.0'],
  ['a version of the other namespace', `<GetFeature xmlns="${old}" service="WFS" version="2.0.0"/>`, 'invalid-value version'],
  ['capabilities of the old namespace', `<GetCapabilities xmlns="${old}" service="WFS"/>`, 'GetCapabilities 1.1.0'],
  [
    'accepted versions cross namespaces',
    '<GetCapabilities xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" service="WFS"><ows:AcceptVersions><ows:Version>9.0.0</ows:Version><ows:Version>1.0.0</ows:Version></ows:AcceptVersions></GetCapabilities>',
    'GetCapabilities 1.0.0',
  ],
  ['no service', '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" version="2.0.0"/>', 'missing-parameter service'],
  ['a namespace that is not ours', '<GetFeature xmlns="urn:x" service="WFS"/>', 'unknown-operation GetFeature'],
  ['no XML', 'GetFeature', 'malformed '],
])('a document decides, not the address: %s', (_name, body, expected) => {
  expect(chosen('service=WFS&version=2.0.0&request=GetCapabilities', body)).toBe(expected);
});

test('an empty body leaves the decision to the address', () => {
  expect(chosen('service=WFS&request=GetFeature', '')).toBe('GetFeature 2.0.0');
});

test('a service may answer another version than the highest when none is named', () => {
  expect(chosen('service=WFS&request=GetCapabilities', null, { ...service, unspecified: '1.1.0' })).toBe('GetCapabilities 1.1.0');
});

test('exceptions are written in the dialect asked for, in the highest when that is unknown', () => {
  expect(dialectOf(service, input('version=1.1.0'))).toBe('1.1.0');
  expect(dialectOf(service, input('version=2.0.2'))).toBe('2.0.0');
  expect(dialectOf(service, input('version=7'))).toBe('2.0.0');
  expect(dialectOf(service, input('', '<broken'))).toBe('2.0.0');
  expect(dialectOf(service, input('version=2.0.0', `<GetFeature xmlns="${old}" version="1.0.0"/>`))).toBe('1.0.0');
});
