// What the data tell about themselves: extent, reference system, formats, dates, contact, service links. It goes under what a person wrote,
// so that the record of a dataset is right without being typed twice (R18, R19, R24, R25).
import type { Envelope } from '../server/core/model/geometry';
import { transformPoint } from '../server/core/model/crs';
import type { Text } from '../server/core/model/text';
import type { Constraints, DateEntry, Keywords, MetadataRecord, OnlineResource } from './record';
import { dateOf } from './record';
import { anchored, conditionsBlock, limitationBlock, partyOf, referenceOf, regulation1089 } from './fields';
import { standardTexts } from '../schemas/codelists/standard-texts';

/** Facts of a dataset of ours, from the partnership and from its table. */
export interface DatasetFacts {
  /** Code of the dataset; the unique resource identifier is made of it. */
  readonly code: string;
  /** Name of its layer. */
  readonly prefix: string;
  readonly local: string;
  readonly title: Text;
  readonly kind: 'pooled' | 'coproduced';
  /** The owner; of co-produced data « Partenaires de la MIG », with the pilot's address (Q4). */
  readonly owner: { readonly name: string; readonly email: string | null };
  readonly pilot: { readonly name: string; readonly email: string | null };
  readonly spatialType: 'vector' | 'grid' | 'tin' | 'textTable';
  /** lon,lat; null for an empty dataset. */
  readonly extent: Envelope | null;
  readonly srid: number | null;
  /** Formats it is delivered in. */
  readonly formats: readonly { readonly name: string; readonly version: string | null }[];
  readonly usageScale: number | null;
  readonly usageRules: string | null;
  readonly conditions: string | null;
  readonly licence: string | null;
  /** Whether a public grant gives it to everyone: then no limitation of public access holds (R25). */
  readonly open: boolean;
  readonly dates: { readonly creation: string | null; readonly publication: string | null; readonly revision: string | null };
  /** The ground of 3.3 that keeps the data from being shared, and the owner's words; the record says so (R22). */
  readonly exception?: { readonly code: string; readonly text: string | null } | null;
  /** Frozen after the owner's withdrawal (R08): status historicalArchive. */
  readonly frozen: boolean;
  /** Record's scope of the partnership that stays when it is no longer served. */
  readonly retired: boolean;
  /** Services that serve it to somebody; none for data that are not served at all. */
  readonly services: readonly ('wms' | 'wfs')[];
  /** Code of the collection whose endpoints alone serve it (`/at/{scope}/…`); absent: the main ones do. */
  readonly apart?: string | null;
  /** Address of the server without any key, no final slash. */
  readonly publicBase: string;
}

const mentionOf = (facts: DatasetFacts): string => {
  const date = facts.dates.revision ?? facts.dates.publication;
  return `${standardTexts.T1} – ${facts.owner.name}${date === null ? '' : `, ${date.slice(0, 10)}`}`;
};

/** Where the services that serve it are. */
const serviceBase = ({ publicBase, apart }: DatasetFacts): string => (apart ? `${publicBase}/at/${encodeURIComponent(apart)}` : publicBase);

/** A picture that an earlier record had of us, wherever the data were served then. */
const isOurPicture = (url: string, { publicBase }: DatasetFacts): boolean =>
  url.startsWith(`${publicBase}/wms?`) || (url.startsWith(`${publicBase}/at/`) && url.includes('/wms?'));

/**
 * Links to the services; protocols in the plain form that catalogue clients know, the name is the layer's. Tiles stand before the map: of several
 * links that QGIS takes for maps it keeps the last.
 */
function serviceLinks(facts: DatasetFacts): OnlineResource[] {
  const name = `${facts.prefix}:${facts.local}`;
  const { fr, en = fr } = facts.title;
  const view = {
    function: 'information',
    profile: anchored('view', 'https://inspire.ec.europa.eu/metadata-codelist/SpatialDataServiceType/view'),
  };
  const download = {
    function: 'download',
    profile: anchored('download', 'https://inspire.ec.europa.eu/metadata-codelist/SpatialDataServiceType/download'),
  };
  const kinds = {
    wms: [
      { path: 'wmts?', protocol: 'OGC:WMTS', description: { fr: `Carte en tuiles : ${fr}`, en: `Map in tiles: ${en}` }, ...view },
      { path: 'wms?', protocol: 'OGC:WMS', description: { fr: `Carte : ${fr}`, en: `Map: ${en}` }, ...view },
    ],
    wfs: [
      { path: 'wfs?', protocol: 'OGC:WFS', description: { fr: `Données : ${fr}`, en: `Data: ${en}` }, ...download },
      {
        path: 'ogc',
        protocol: 'OGC API Features',
        description: { fr: `Données par OGC API : ${fr}`, en: `Data by OGC API: ${en}` },
        ...download,
      },
    ],
  };
  return facts.services.flatMap(service =>
    kinds[service].map(({ path, ...kind }) => ({ url: `${serviceBase(facts)}/${path}`, name, ...kind })),
  );
}

/** Size of the picture in a record, in pixels, and the pixel of WMS 1.3.0 § 7.2.4.6.9 in metres. */
const picture = { width: 320, height: 200, pixel: 0.00028 } as const;

/**
 * A picture of the data by our own map service: the middle of them, in a scale at which they can be read; all of them where that is less.
 * Whoever may not see the map gets no picture either.
 */
function overviewOf(facts: DatasetFacts): string[] {
  const { extent, usageScale, services } = facts;
  if (extent === null || !services.includes('wms')) return [];
  const [minX, minY] = transformPoint(extent.minX, extent.minY, 4326, 3857);
  const [maxX, maxY] = transformPoint(extent.maxX, extent.maxY, 4326, 3857);
  const ratio = picture.height / picture.width;
  const whole = 1.08 * Math.max(maxX - minX, (maxY - minY) / ratio, 100);
  const half = Math.min(whole, usageScale === null ? whole : usageScale * 20 * picture.pixel * picture.width) / 2;
  const [x, y] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const query = new URLSearchParams({
    SERVICE: 'WMS',
    VERSION: '1.3.0',
    REQUEST: 'GetMap',
    LAYERS: `${facts.prefix}:${facts.local}`,
    STYLES: '',
    CRS: 'EPSG:3857',
    BBOX: [x - half, y - half * ratio, x + half, y + half * ratio].map(value => value.toFixed(1)).join(','),
    WIDTH: String(picture.width),
    HEIGHT: String(picture.height),
    FORMAT: 'image/png',
  });
  return [`${serviceBase(facts)}/wms?${query.toString()}`];
}

const exceptionText = 'Données non partagées, exception ';

/** Written dates first; what is missing comes from the data, creation and revision at most once each (TG C.12, C.13). */
function mergedDates(record: MetadataRecord, facts: DatasetFacts): DateEntry[] {
  const derived = (['creation', 'publication', 'revision'] as const).flatMap(type => {
    const date = facts.dates[type];
    return date !== null && dateOf(record, type) === null ? [{ type, date }] : [];
  });
  return [...record.dates, ...derived];
}

const coproducedKeyword: Keywords = {
  thesaurus: null,
  type: 'theme',
  keywords: [anchored({ fr: 'Données coproduites', en: 'Co-produced data' })],
};

/** Beginnings of the use limitations that are written here, so that they are not written twice. */
const derivedTexts: readonly string[] = [...Object.values<string>(standardTexts), exceptionText];

/** R22, table of limitation codes: what an exception means for public access where the charter leaves the owner no choice. */
const exceptionGrounds: Readonly<Record<string, string>> = { E1: '13.1.f', E4: '13.1.g', E5: '13.1.e', E6: '13.1.e' };

function mergedConstraints(record: MetadataRecord, facts: DatasetFacts): Constraints[] {
  const standard = [mentionOf(facts), standardTexts.T2, standardTexts.T3];
  const written = record.constraints.map(block => ({
    ...block,
    useLimitations: block.useLimitations.filter(entry => !derivedTexts.some(text => entry.text.fr.startsWith(text))),
  }));
  const kept = written.filter(
    block => block.useLimitations.length + block.access.length + block.use.length + block.other.length > 0 || block.classification !== null,
  );
  const hasAccess = written.some(block => block.access.length > 0);
  const hasUse = written.some(block => block.use.length > 0 && block.access.length === 0);
  const rules = written.some(block => block.useLimitations.length > 0) || facts.usageRules === null ? [] : [{ fr: facts.usageRules }];
  const conditions = hasUse ? null : conditionsBlock(facts.conditions === null ? undefined : { fr: facts.conditions }, facts.licence, []);
  const exception = facts.exception ?? null;
  const ground = exception === null ? (facts.open ? 'none' : undefined) : exceptionGrounds[exception.code];
  const reason =
    exception === null
      ? []
      : [`${exceptionText}${exception.code} (charte MIG § 3.3)${exception.text === null ? '' : ` : ${exception.text}`}`];
  return [
    ...(hasAccess || ground === undefined ? [] : [limitationBlock(ground)]),
    ...kept,
    ...(conditions === null ? [] : [conditions]),
    // R25: the charter's texts in a block of their own, so that they are taken neither for a licence nor for a limitation of access
    {
      useLimitations: [...rules, ...[...reason, ...standard].map(fr => ({ fr }))].map(text => anchored(text)),
      access: [],
      use: [],
      other: [],
      classification: null,
    },
  ];
}

/**
 * The full record of a dataset: what was written, completed by what the data and the partnership tell. `dateStamp` is the caller's:
 * it moves only when the document changes (D15).
 */
export function completeRecord(written: MetadataRecord, facts: DatasetFacts): MetadataRecord {
  const resourceUri = `${facts.publicBase}/id/dataset/${encodeURIComponent(facts.code)}`;
  const contact = facts.kind === 'coproduced' ? facts.pilot : facts.owner;
  const links = serviceLinks(facts);
  const ours = new Set(links.map(link => link.protocol));
  const isOurLink = (link: OnlineResource): boolean =>
    link.url.startsWith(`${facts.publicBase}/`) && link.name === `${facts.prefix}:${facts.local}` && ours.has(link.protocol);
  const marked = written.keywords.some(block => block.keywords.some(keyword => keyword.text.fr === 'Données coproduites'));
  return {
    ...written,
    identifier: written.identifier ?? facts.code,
    language: written.language ?? 'fre',
    characterSet: 'utf8',
    scope: written.scope ?? 'dataset',
    contacts: written.contacts.length > 0 ? written.contacts : [partyOf(contact.name, contact.email, 'pointOfContact')],
    title: written.title ?? facts.title,
    dates: mergedDates(written, facts),
    resourceIdentifiers:
      written.resourceIdentifiers.length > 0 ? written.resourceIdentifiers : [{ code: resourceUri, codeSpace: null, uri: null }],
    status: facts.retired ? ['obsolete'] : facts.frozen ? ['historicalArchive'] : written.status,
    pointsOfContact: written.pointsOfContact.length > 0 ? written.pointsOfContact : [partyOf(facts.owner.name, contact.email, 'owner')],
    keywords: facts.kind === 'coproduced' && !marked ? [...written.keywords, coproducedKeyword] : written.keywords,
    resourceLanguages: written.resourceLanguages.length > 0 ? written.resourceLanguages : ['fre'],
    constraints: mergedConstraints(written, facts),
    spatialRepresentations: written.spatialRepresentations.length > 0 ? written.spatialRepresentations : [facts.spatialType],
    denominators:
      written.denominators.length > 0 || written.distances.length > 0 || facts.usageScale === null
        ? written.denominators
        : [facts.usageScale],
    boxes: written.boxes.length > 0 || facts.extent === null ? written.boxes : [facts.extent],
    referenceSystems:
      written.referenceSystems.length > 0 || facts.srid === null ? written.referenceSystems : [referenceOf(`EPSG:${facts.srid}`)],
    formats: written.formats.length > 0 ? written.formats : facts.formats,
    thumbnails: [...overviewOf(facts), ...written.thumbnails.filter(url => !isOurPicture(url, facts))],
    online: [...links, ...written.online.filter(link => !isOurLink(link))],
    // not evaluated unless the owner says otherwise; declared, since the field is mandatory and harvesters look for it (TG C.20)
    conformity:
      written.conformity.length > 0
        ? written.conformity
        : [{ specification: regulation1089, degree: null, explanation: 'Voir la spécification citée.' }],
  };
}
