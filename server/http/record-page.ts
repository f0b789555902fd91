// `/records/{id}`: a record for whoever has only its address – a page to read, `.xml` (or Accept) for the ISO 19139 document. A record that
// is hidden from the caller is an unknown one (R23).
import { Fault } from '../core/model/fault';
import type { Filter } from '../core/filter/filter';
import type { Language } from '../core/model/text';
import { xml, xmlHeader, type Markup } from '../core/xml/write';
import type { Context } from '../core/ports/context';
import type { Doors, RecordSnapshot, RecordSummary } from '../core/ports/doors';
import { operation, type Endpoint, type Input, type Reply } from '../services/ows/operation';
import { httpStatus } from './problem';

interface Asked {
  readonly id: string;
  readonly form: 'html' | 'xml';
  readonly language: Language;
}

function read(input: Pick<Input, 'segments' | 'accept' | 'kvp'>, { language }: Pick<Context, 'language'>): Asked {
  const segment = input.segments['id'] ?? '';
  const asDocument = /\.xml$/i.test(segment);
  const accepted = /^\s*(?:application|text)\/(?:xml|vnd\.iso\.19139\+xml)/i.test(input.accept);
  const lang = input.kvp.get('lang');
  return {
    id: asDocument ? segment.slice(0, -4) : segment,
    form: asDocument || accepted ? 'xml' : 'html',
    language: lang === 'fr' || lang === 'en' ? lang : language,
  };
}

/** The first thing that is found for one record. */
async function one<T>(
  doors: Doors,
  context: Context,
  id: string,
  find: (snapshot: RecordSnapshot, filter: Filter) => Promise<T | undefined>,
): Promise<T> {
  const snapshot = await doors.records.open(context.signal);
  try {
    const filter: Filter = {
      op: 'compare',
      operator: '=',
      left: { kind: 'property', name: 'Identifier' },
      right: { kind: 'literal', value: id },
      matchCase: true,
    };
    const found = await find(snapshot, filter);
    if (found === undefined) throw new Fault('unknown-id', 'id', 'there is no such record');
    return found;
  } finally {
    await snapshot.close();
  }
}

const first = { sort: [], start: 0, count: 1 } as const;

async function run({ id, form, language }: Asked, doors: Doors, context: Context): Promise<Reply> {
  if (form === 'xml') {
    const document = await one(doors, context, id, async (snapshot, filter) => {
      for await (const { xml: text } of snapshot.documents({ filter, ...first }, 'gmd:full')) return text;
      return undefined;
    });
    return { type: 'application/xml; charset=UTF-8', access: 'restricted', body: `${xmlHeader.text}${document}` };
  }
  const record = await one(doors, context, id, async (snapshot, filter) => (await snapshot.summaries({ filter, ...first }))[0]);
  return page(200, record.title, recordBody(record, context.base, language), language);
}

function recordBody(record: RecordSummary, base: string, language: Language): Markup {
  const t = words[language];
  const id = encodeURIComponent(record.identifier);
  const map = `${base}/#${record.layer === null ? '' : `layers=${encodeURIComponent(record.layer)}&`}record=${id}&lang=${language}`;
  const fact = (name: string, value: string): Markup | null => (value === '' ? null : xml`<dt>${name}</dt><dd>${value}</dd>`);
  return xml`<h1>${record.title}</h1>
<p class="abstract">${record.abstract}</p>
<p><a class="button" href="${map}">${record.layer === null ? t.open : t.map}</a></p>
<dl>${fact(t.organisation, record.organisation ?? '')}${fact(t.modified, record.modified.slice(0, 10))}${fact(t.keywords, record.keywords.join(', '))}${fact(t.layer, record.layer ?? '')}${fact(t.identifier, record.identifier)}</dl>
<p><a href="${`${base}/records/${id}.xml`}">${t.xml}</a></p>`;
}

const words = {
  fr: {
    open: 'Ouvrir la fiche complète',
    map: 'Voir sur la carte, avec la fiche complète',
    organisation: 'Organisme',
    modified: 'Fiche du',
    keywords: 'Mots-clés',
    layer: 'Couche (WMS, WFS)',
    identifier: 'Identifiant',
    xml: 'Fiche en XML (ISO 19139)',
    gone: 'Cette fiche n’existe pas ou n’est pas visible sans compte.',
    failed: 'Cette page ne peut pas être montrée.',
    home: 'Ouvrir l’inventaire et se connecter',
  },
  en: {
    open: 'Open the whole record',
    map: 'See on the map, with the whole record',
    organisation: 'Organisation',
    modified: 'Record of',
    keywords: 'Keywords',
    layer: 'Layer (WMS, WFS)',
    identifier: 'Identifier',
    xml: 'Record as XML (ISO 19139)',
    gone: 'This record does not exist or is not visible without an account.',
    failed: 'This page cannot be shown.',
    home: 'Open the inventory and log in',
  },
} as const;

const style = `body{max-width:46rem;margin:0 auto;padding:1.5rem 1rem;font:16px/1.55 system-ui,'DejaVu Sans',sans-serif;color:#14303a}
h1{font-size:1.5rem;line-height:1.3}a{color:#0f4c5c}.abstract{white-space:pre-line}dt{margin-top:.7rem;color:#48606a}dd{margin:0;overflow-wrap:anywhere}
.button{display:inline-block;padding:.7rem 1.2rem;border-radius:8px;background:#146257;color:#fff;font-weight:600;text-decoration:none}
:focus-visible{outline:3px solid #d98200;outline-offset:2px}`;

function page(status: number, title: string, body: Markup, language: Language): Reply {
  const html = xml`<html lang="${language}"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/><title>${title} – GeoMIG</title><style>`;
  return {
    status,
    type: 'text/html; charset=utf-8',
    access: 'restricted',
    body: `<!doctype html>\n${html.text}${style}</style></head><body>${body.text}</body></html>\n`,
  };
}

function fault({ kind, message }: Fault, _input: Input, { base, language }: Context): Reply {
  const t = words[language];
  const body = xml`<h1>${kind === 'unknown-id' ? t.gone : t.failed}</h1>${kind === 'unknown-id' ? null : xml`<p>${message}</p>`}<p><a href="${`${base}/`}">${t.home}</a></p>`;
  return page(httpStatus(kind), 'GeoMIG', body, language);
}

export function recordPageEndpoint(): Endpoint {
  const record = operation({
    service: 'PAGE',
    versions: [''],
    name: 'Record',
    read,
    run,
    examples: ({ record: id }) => [
      { name: 'page', path: `/records/${encodeURIComponent(id)}` },
      { name: 'document', path: `/records/${encodeURIComponent(id)}.xml` },
    ],
  });
  return { path: '/records/:id', methods: ['GET'], operations: [record], select: () => record, fault, bodyLimit: 0 };
}
