// A small server for the viewer's tests: it serves the built page under the page's own policy, and answers /wms, /csw and /api/session as our
// services do, for two callers. Records are written by the catalogue itself; every request is kept, for the tests to look at.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { viewerEndpoints } from '../../server/http/viewer';
import { picture } from './picture';
import { records, type TestRecord } from './records';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface TestServer {
  readonly address: string;
  readonly asked: Asked[];
  /** Requests of one kind, by the REQUEST parameter. */
  requests(name: string): Asked[];
  /** Makes one address answer with this status until it is null again. */
  fail(path: string, status: number | null): void;
  /** As when a session has expired: the cookie alone counts as none. */
  endSession(): void;
  /** Banners of the session. */
  tell(texts: readonly unknown[]): void;
  readonly offer: { only(names: readonly string[]): void };
  /** Layers that are offered and then refused, as when a right ends meanwhile. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

export const account = { login: 'ref.antony@example.org', password: 'platane', name: 'Référente Antony', organisation: 'Antony' } as const;
const mention = "Mutualisation de l'Information Géographique";

interface TestLayer {
  readonly name: string;
  readonly title: string;
  readonly englishTitle: string;
  readonly owner: string;
  readonly record: string;
  readonly colour: readonly [number, number, number, number];
  readonly queryable: boolean;
  readonly open: boolean;
  readonly scales?: readonly [number | null, number | null];
}

export const layers: readonly TestLayer[] = [
  {
    name: 'cd92:communes',
    title: 'Communes',
    englishTitle: 'Municipalities',
    owner: 'Département des Hauts-de-Seine, 2026-01-15',
    record: 'rec-communes',
    colour: [214, 226, 222, 255],
    queryable: true,
    open: true,
  },
  {
    name: 'antony:arbres',
    title: "Arbres d'alignement",
    englishTitle: 'Street trees',
    owner: 'Antony, 2026-03-02',
    record: 'rec-arbres',
    colour: [46, 120, 80, 160],
    queryable: true,
    open: true,
  },
  {
    name: 'nanterre:eclairage',
    title: 'Éclairage public (gelée)',
    englishTitle: 'Street lighting (gelée)',
    owner: 'Nanterre, 2025-11-20',
    record: 'rec-eclairage',
    colour: [240, 170, 30, 160],
    queryable: false,
    open: true,
    scales: [null, 5000],
  },
  {
    name: 'mig:adresses',
    title: 'Adresses',
    englishTitle: 'Addresses',
    owner: 'Partenaires de la MIG, 2026-05-12',
    record: 'rec-adresses',
    colour: [140, 50, 60, 160],
    queryable: true,
    open: false,
  },
];

const escape = (text: string): string => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Starts it; `attempts` wrong passwords are answered 401, those after 429. */
export async function testServer(attempts = 2): Promise<TestServer> {
  const build = process.env['GEOMIG_BUILD'];
  if (build === undefined) throw new Error('GEOMIG_BUILD names no build');
  const asked: Asked[] = [];
  const refused = new Set<string>();
  const failing = new Map<string, number>();
  let failures = 0;
  let ended = false;
  let offeredNames: readonly string[] | null = null;
  let banners: readonly unknown[] = [];
  let base = '';

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pages = await viewerHeaders(join(build, 'viewer'));
  return {
    address: base,
    asked,
    refused,
    endSession: () => {
      ended = true;
    },
    tell: texts => {
      banners = texts;
    },
    offer: {
      only: names => {
        offeredNames = names;
      },
    },
    requests: name => asked.filter(one => parameter(one.query, 'request').toLowerCase() === name.toLowerCase()),
    fail: (path, status) => {
      if (status === null) failing.delete(path);
      else failing.set(path, status);
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: Asked = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const status = failing.get(one.path);
    if (status !== undefined) {
      send(response, status, 'application/problem+json', JSON.stringify({ title: 'fault of the test', status }));
      return;
    }
    const known = !ended && /(?:^|;\s*)geomig=open/.test(request.headers.cookie ?? '');
    if (one.path === '/api/session') session(one, known, response);
    else if (one.path === '/api/facets')
      send(
        response,
        200,
        'application/json',
        JSON.stringify(
          facets(
            records(base).filter(record => record.open || known),
            one,
          ),
        ),
      );
    else if (one.path === '/api/explain') explain(one, known, response);
    else if (one.path === '/wms') wms(one, known, response);
    else if (one.path === '/csw') csw(one, known, response);
    else asset(one.path, response);
  }

  function asset(path: string, response: ServerResponse): void {
    const name = path === '/' ? 'index.html' : path.replace(/^\/assets\//, '');
    const file = join(build ?? '', 'viewer', name);
    const types: Record<string, string> = {
      '.html': 'text/html; charset=utf-8',
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.svg': 'image/svg+xml',
    };
    const type = types[extname(name)];
    if (name.includes('/') || type === undefined || !existsSync(file)) send(response, 404, 'text/plain', 'no such file');
    else send(response, 200, type, readFileSync(file), name === 'index.html' ? pages : {});
  }

  function explain(one: Asked, known: boolean, response: ServerResponse): void {
    const record = parameter(one.query, 'record');
    const layer = layers.find(candidate => candidate.name === parameter(one.query, 'on') || candidate.record === record);
    if (!layer) return problem(response, 404, 'there is no such layer');
    const why = { clause: '1.6', validUntil: null };
    const yes = {
      ...why,
      allowed: true,
      rule: 'R30',
      sentence: { fr: 'Donnée partagée avec tous les partenaires.', en: 'Shared with all partners.' },
      status: 200,
      territory: ['Antony'],
      partial: false,
      responsible: null,
      scaleMin: null,
      scaleMax: 5000,
    };
    const no = {
      ...why,
      allowed: false,
      rule: 'R27',
      sentence: { fr: 'Aucun droit accordé.', en: 'No grant.' },
      status: known ? 403 : 401,
    };
    const may = layer.open || known;
    const decisions = ['view', 'query', 'feature', 'download'].map(action => ({
      action,
      ...(may && (action === 'view' || layer.queryable) ? yes : no),
    }));
    send(response, 200, 'application/json; charset=utf-8', JSON.stringify({ dataset: layer.record.slice(4), decisions }));
  }

  function session(one: Asked, known: boolean, response: ServerResponse): void {
    if (one.method === 'GET') {
      const body = known ? { ...account, password: undefined, roles: ['technical_referent'], banners } : { login: null, banners };
      send(response, 200, 'application/json; charset=utf-8', JSON.stringify(body));
      return;
    }
    if (one.method === 'DELETE') {
      send(response, 204, 'application/json', '', { 'Set-Cookie': 'geomig=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax' });
      return;
    }
    const { login, password } = JSON.parse(one.body) as { login: string; password: string };
    if (failures >= attempts) problem(response, 429, 'too many failed attempts, try again later', { 'Retry-After': '120' });
    else if (login !== account.login || password !== account.password) {
      failures++;
      problem(response, 401, 'wrong login or password');
    } else send(response, 204, 'application/json', '', { 'Set-Cookie': 'geomig=open; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax' });
  }

  function wms(one: Asked, known: boolean, response: ServerResponse): void {
    const offered = layers.filter(layer => (layer.open || known) && (offeredNames === null || offeredNames.includes(layer.name)));
    const names = (parameter(one.query, 'layers') || parameter(one.query, 'layer')).split(',');
    const wanted = names.map(name => offered.find(candidate => candidate.name === name && !refused.has(name)));
    const [layer] = wanted;
    const request = parameter(one.query, 'request').toLowerCase();
    if (request === 'getcapabilities') {
      send(response, 200, 'text/xml; charset=UTF-8', capabilities(base, offered, parameter(one.query, 'language') === 'eng'));
    } else if (!layer || wanted.includes(undefined)) {
      send(
        response,
        200,
        'text/xml',
        '<?xml version="1.0"?>\n<ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc"><ServiceException code="LayerNotDefined">there is no such layer</ServiceException></ServiceExceptionReport>',
      );
    } else if (request === 'getmap') {
      const size = ['width', 'height'].map(name => Number(parameter(one.query, name)));
      const colours = wanted.flatMap(one => (one ? [one.colour] : []));
      send(response, 200, 'image/png', picture(size[0] ?? 1, size[1] ?? 1, colours));
    } else if (request === 'getlegendgraphic') {
      send(response, 200, 'image/png', picture(20, 20, [layer.colour]));
    } else {
      const features = [
        {
          type: 'Feature',
          id: `${layer.name.replace(':', '-')}.1`,
          geometry: null,
          properties: { nom: `Objet <b>de</b> ${layer.title}`, hauteur_m: 12.5, public: true, vide: null },
        },
      ];
      send(
        response,
        200,
        'application/json',
        JSON.stringify({ type: 'FeatureCollection', features: layer.name === 'cd92:communes' ? [] : features }),
      );
    }
  }

  function csw(one: Asked, known: boolean, response: ServerResponse): void {
    const visible = records(base).filter(record => record.open || known);
    if (one.method === 'GET') {
      const found = visible.filter(record => record.id === parameter(one.query, 'id'));
      send(
        response,
        200,
        'application/xml; charset=UTF-8',
        `<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">${found.map(record => record.xml).join('')}</csw:GetRecordByIdResponse>`,
      );
      return;
    }
    send(response, 200, 'application/xml; charset=UTF-8', found(visible, one.body));
  }
}

/** The headers that the server itself gives to the page: its policy must let the viewer work. */
async function viewerHeaders(folder: string): Promise<Record<string, string>> {
  const [page] = viewerEndpoints(folder);
  const operation = page?.operations[0];
  if (!operation) throw new Error('no page');
  const input = {
    method: 'GET',
    path: '',
    segments: {},
    kvp: null,
    body: null,
    contentType: '',
    accept: '*/*',
    remote: '',
    header: () => undefined,
  };
  const reply = await operation.prepare(input as never, {} as never)({} as never);
  const policy = reply.headers?.['Content-Security-Policy'];
  if (typeof policy !== 'string') throw new Error('the page has no policy');
  return { 'Content-Security-Policy': policy };
}

/** The records that a filter finds, by what the viewer asks for. */
function matching(visible: readonly TestRecord[], filter: string): TestRecord[] {
  const words = [...filter.matchAll(/<ogc:Literal>\*(.*?)\*<\/ogc:Literal>/g)].map(match =>
    folded((match[1] ?? '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))),
  );
  const asked = (name: string): string | undefined =>
    new RegExp(`<ogc:PropertyName>${name}</ogc:PropertyName><ogc:Literal>([^<]*)<`).exec(filter.replace(/<ogc:Or>.*?<\/ogc:Or>/g, ''))?.[1];
  const free = /<ogc:Not>.*OtherConstraints/.test(filter) ? false : /OtherConstraints/.test(filter) ? true : null;
  const is = (value: string, wanted: string | undefined): boolean => wanted === undefined || value === wanted;
  return visible.filter(
    record =>
      words.every(word => folded(record.text).includes(word)) &&
      is(record.kind, asked('kind')) &&
      is(record.topic, asked('TopicCategory')) &&
      is(record.owner, asked('OrganisationName')) &&
      (free === null || record.free === free),
  );
}

function facets(visible: readonly TestRecord[], one: Asked): object {
  const found = matching(visible, parameter(one.query, 'filter'));
  const counted = (values: readonly string[]): object[] =>
    [...new Set(values)].sort().map(value => ({ value, count: values.filter(other => other === value).length }));
  return {
    matched: found.length,
    open: found.filter(record => record.free).length,
    kinds: counted(found.map(record => record.kind)),
    topics: counted(found.map(record => record.topic)),
    organisations: counted(found.map(record => record.owner)),
  };
}

function found(visible: readonly TestRecord[], body: string): string {
  const all = matching(visible, body);
  const start = Number(/startPosition="(\d+)"/.exec(body)?.[1] ?? 1) - 1;
  const most = Number(/maxRecords="(\d+)"/.exec(body)?.[1] ?? 10);
  const page = all.slice(start, start + most);
  return `<?xml version="1.0" encoding="UTF-8"?>
<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" version="2.0.2"><csw:SearchStatus timestamp="2026-11-24T10:00:00Z"/>
<csw:SearchResults numberOfRecordsMatched="${all.length}" numberOfRecordsReturned="${page.length}" nextRecord="0" elementSet="summary">${page.map(record => record.xml).join('\n')}</csw:SearchResults></csw:GetRecordsResponse>`;
}

function capabilities(base: string, offered: readonly TestLayer[], english: boolean): string {
  const link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple"';
  const layer = (one: TestLayer): string => `<Layer queryable="${one.queryable ? 1 : 0}">
<Name>${one.name}</Name>
<Title>${escape(english ? one.englishTitle : one.title)}</Title>
<EX_GeographicBoundingBox><westBoundLongitude>2.145</westBoundLongitude><eastBoundLongitude>2.336</eastBoundLongitude><southBoundLatitude>48.729</southBoundLatitude><northBoundLatitude>48.951</northBoundLatitude></EX_GeographicBoundingBox>
<Attribution><Title>${escape(`${mention} – ${one.owner}`)}</Title><OnlineResource ${link} xlink:href="https://example.org"/></Attribution>
<Identifier authority="geomig">${one.record.slice(4)}</Identifier>
<MetadataURL type="ISO19115:2003"><Format>application/xml</Format><OnlineResource ${link} xlink:href="${base}/csw?service=CSW&amp;version=2.0.2&amp;request=GetRecordById&amp;id=${one.record}&amp;elementSetName=full"/></MetadataURL>
<Style><Name>default</Name><Title>default</Title><LegendURL width="20" height="20"><Format>image/png</Format><OnlineResource ${link} xlink:href="${base}/wms?REQUEST=GetLegendGraphic"/></LegendURL></Style>
${one.scales?.[0] ? `<MinScaleDenominator>${one.scales[0]}</MinScaleDenominator>` : ''}${one.scales?.[1] ? `<MaxScaleDenominator>${one.scales[1]}</MaxScaleDenominator>` : ''}</Layer>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name><Title>GeoMIG</Title></Service><Capability><Layer><Title>Géodonnées de la MIG</Title><CRS>EPSG:2154</CRS>
${offered.map(layer).join('\n')}</Layer></Capability></WMS_Capabilities>`;
}

function parameter(query: URLSearchParams, name: string): string {
  for (const [key, value] of query) if (key.toLowerCase() === name) return value;
  return '';
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': type, ...headers }).end(status === 204 ? undefined : body);
}

function problem(response: ServerResponse, status: number, title: string, headers: Record<string, string> = {}): void {
  send(response, status, 'application/problem+json; charset=utf-8', JSON.stringify({ type: 'about:blank', title, status }), headers);
}
