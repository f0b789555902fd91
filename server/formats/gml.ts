// Heads and tails around the members that the database prints: wfs:FeatureCollection of WFS 2.0 with GML 3.2. Members are `<wfs:member>…`
// and use the prefixes wfs, gml and xsi and that of their type, which the head declares. No whole document is ever held.
import { ns } from '../core/xml/names';
import { attributes, xml, xmlHeader } from '../core/xml/write';
import { gml32SchemaAddress } from './feature-schema';

export interface CollectionFacts {
  readonly matched: number | 'unknown';
  readonly returned: number;
  /** Instant of the answer, ISO 8601 UTC. */
  readonly timeStamp: string;
}

export interface CollectionHead extends CollectionFacts {
  /** Namespaces of the types by their prefixes. */
  readonly namespaces: readonly {
    readonly prefix: string;
    readonly namespace: string;
    /** Address of its schema; null: there is none. */ readonly schema: string | null;
  }[];
  readonly next?: string | null;
  readonly previous?: string | null;
  /** Texts T1 of the data (R50). */
  readonly mentions: readonly string[];
}

export const wfs20SchemaAddress = 'http://schemas.opengis.net/wfs/2.0/wfs.xsd';

/** Namespace declarations and schema addresses for a root element whose content is of these types. */
export function rootAttributes(namespaces: CollectionHead['namespaces'], schemas: readonly string[]): Readonly<Record<string, string>> {
  const declared = Object.fromEntries(namespaces.map(one => [`xmlns:${one.prefix}`, one.namespace]));
  const located = [...schemas, ...namespaces.flatMap(one => (one.schema === null ? [] : [`${one.namespace} ${one.schema}`]))];
  return { 'xmlns:wfs': ns.wfs20, 'xmlns:gml': ns.gml32, 'xmlns:xsi': ns.xsi, ...declared, 'xsi:schemaLocation': located.join(' ') };
}

/** Everything before the first member. WFS 2.0 § 11.3: numberMatched and numberReturned precede what they count. */
export function collectionHead(head: CollectionHead): string {
  const list = attributes({
    ...rootAttributes(head.namespaces, [`${ns.wfs20} ${wfs20SchemaAddress}`, `${ns.gml32} ${gml32SchemaAddress}`]),
    ...counted(head),
    next: head.next,
    previous: head.previous,
  });
  return xml`${xmlHeader}${comments(head.mentions)}<wfs:FeatureCollection${list}>\n`.text;
}

export const collectionTail = '</wfs:FeatureCollection>\n';

/** WFS 2.0 § 11.3.3.5: of several queries each has a collection of its own inside a member. */
export function innerHead(facts: CollectionFacts): string {
  return xml`<wfs:member><wfs:FeatureCollection${attributes(counted(facts))}>\n`.text;
}

export const innerTail = '</wfs:FeatureCollection></wfs:member>\n';

/** wfs:FeatureCollection before WFS 2.0: with GML 3.1.1 (WFS 1.1 § 9.3) or GML 2.1.2 (WFS 1.0 § 8.4). Members are `<gml:featureMember>…`. */
export interface FormerHead extends Pick<CollectionHead, 'namespaces' | 'mentions' | 'timeStamp'> {
  readonly gml: '3.1.1' | '2.1.2';
  /** numberOfFeatures; null where it is not known. GML 2.1.2 has no place for it. */
  readonly count: number | null;
}

const formerAddresses = {
  '3.1.1': 'http://schemas.opengis.net/wfs/1.1.0/wfs.xsd',
  '2.1.2': 'http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd',
} as const satisfies Readonly<Record<FormerHead['gml'], string>>;

/** GML 2.1.2 wants bounds before the members; those of a stream are not known. */
const formerContent = {
  '3.1.1': '',
  '2.1.2': '<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>\n',
} as const satisfies Readonly<Record<FormerHead['gml'], string>>;

/** Everything before the first member. */
export function formerHead({ gml, count, namespaces, mentions, timeStamp }: FormerHead): string {
  const declared = Object.fromEntries(namespaces.map(one => [`xmlns:${one.prefix}`, one.namespace]));
  const located = [
    `${ns.wfs} ${formerAddresses[gml]}`,
    ...namespaces.flatMap(one => (one.schema === null ? [] : [`${one.namespace} ${one.schema}`])),
  ];
  const list = attributes({
    'xmlns:wfs': ns.wfs,
    'xmlns:gml': ns.gml,
    'xmlns:xsi': ns.xsi,
    ...declared,
    'xsi:schemaLocation': located.join(' '),
    ...(gml === '3.1.1' ? { timeStamp, numberOfFeatures: count } : {}),
  });
  return `${xml`${xmlHeader}${comments(mentions)}<wfs:FeatureCollection${list}>\n`.text}${formerContent[gml]}`;
}

function counted(facts: CollectionFacts): Readonly<Record<string, string>> {
  return { timeStamp: facts.timeStamp, numberMatched: String(facts.matched), numberReturned: String(facts.returned) };
}

/** The schema leaves no element for a text of ours, so the mention is a comment before the root; `--` may not stand in one. */
function comments(mentions: readonly string[]): ReturnType<typeof xml> {
  return xml`${mentions.map(text => xml`<!-- ${text.replace(/-(?=-)/g, '- ').replace(/-$/, '- ')} -->\n`)}`;
}

/** A member as it was printed, made into a document of its own (GetFeatureById, WFS 2.0 § 7.9.3.6); null when there is none. */
export function bareFeature(printed: string, namespaces: CollectionHead['namespaces'], mentions: readonly string[]): string | null {
  const open = '<wfs:member>';
  const start = printed.indexOf(open);
  const end = printed.lastIndexOf('</wfs:member>');
  if (start < 0 || end < 0) return null;
  const member = printed.slice(start + open.length, end).trim();
  const nameEnd = /[\s/>]/.exec(member)?.index ?? -1;
  if (!member.startsWith('<') || nameEnd < 0) return null;
  const list = attributes(rootAttributes(namespaces, [`${ns.gml32} ${gml32SchemaAddress}`]));
  return xml`${xmlHeader}${comments(mentions)}`.text + member.slice(0, nameEnd) + list.text + member.slice(nameEnd) + '\n';
}
