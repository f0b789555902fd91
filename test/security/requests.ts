// Hostile requests: what they are made of, documents that no service may take, and roots that are no request.
import { ns } from '../../server/core/xml/names';
import type { Ask } from '../setup/server';

export interface Hostile {
  readonly title: string;
  readonly path: string;
  readonly ask?: Ask;
  /** Status; 400 for OWS and 200 for WMS unless told. */
  readonly status?: number;
  readonly code: string | null;
  /** undefined: not looked at; null: there must be none. */
  readonly locator?: string | null;
}

export const q = encodeURIComponent;
export const wfs = '/wfs?service=WFS&version=2.0.0&request=GetFeature';
export const trees = `${wfs}&typeNames=antony:arbres`;
export const csw = '/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results';
export const map = '/wms?service=WMS&version=1.3.0&request=GetMap';
export const treeMap = `${map}&layers=antony:arbres&styles=&crs=EPSG:2154&format=image/png`;
export const boxed = `${treeMap}&bbox=640000,6850000,650000,6860000&width=64&height=64`;

export const fes = (inner: string): string => `<fes:Filter xmlns:fes="${ns.fes}" xmlns:gml="${ns.gml32}">${inner}</fes:Filter>`;
export const equals = (name: string, value = 'x'): string =>
  `<fes:PropertyIsEqualTo><fes:ValueReference>${name}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo>`;
export const ogc = (inner: string): string => `<ogc:Filter xmlns:ogc="${ns.ogc}">${inner}</ogc:Filter>`;

export const repeat = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('');
export const nested = (depth: number, open: string, close: string, inner: string): string =>
  open.repeat(depth) + inner + close.repeat(depth);
/** Documents that no XML service may take: what is wrong with them, the bytes, the code by service. */
export const brokenDocuments: readonly (readonly [string, string | Buffer])[] = [
  ['no XML', 'garbage'],
  ['cut short', `<wfs:GetFeature xmlns:wfs="${ns.wfs20}" service="WFS"`],
  ['tags that do not match', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['the same attribute twice', '<a b="1" b="2"/>'],
  ['a prefix that is not declared', '<x:a/>'],
  ['a DOCTYPE', '<!DOCTYPE a><a/>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
  ['an external DTD', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>'],
  ['a billion laughs', `<!DOCTYPE a [<!ENTITY a0 "ha">${repeat(20, i => `<!ENTITY a${i + 1} "&a${i};&a${i};">`)}]><a>&a20;</a>`],
  ['an undeclared entity', '<a>&unknown;</a>'],
  ['a NUL', '<a>\0</a>'],
  ['a NUL by reference', '<a>&#0;</a>'],
  ['a control character', '<a>\u0001</a>'],
  ['overlong UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xaf, 0x3c, 0x2f, 0x61, 0x3e])],
  ['a surrogate in UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80, 0x3c, 0x2f, 0x61, 0x3e])],
  ['UTF-16, little endian', Buffer.from('\ufeff<a/>', 'utf16le')],
  ['UTF-16, big endian', Buffer.from('\ufeff<a/>', 'utf16le').swap16()],
  ['UTF-16 without mark', Buffer.from('<a/>', 'utf16le')],
  ['UTF-7 by declaration', '<?xml version="1.0" encoding="UTF-7"?><a/>'],
  ['350 KB of nested elements', nested(50_000, '<a>', '</a>', '')],
  ['100,000 attributes', `<a ${repeat(100_000, i => `b${i}="" `)}/>`],
  ['200,000 elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
  ['an unclosed comment', `<a><!-- ${'-'.repeat(1000)}`],
  ['an unclosed CDATA', '<a><![CDATA[ ]] </a>'],
];

/** Roots that are well-formed and no request. */
export const wrongRoots: readonly (readonly [string, string, string | null])[] = [
  ['a root without namespace', '<GetFeature service="WFS" version="2.0.0"/>', 'GetFeature'],
  ['a root of another namespace', '<GetFeature xmlns="http://example.org/x" service="WFS" version="2.0.0"/>', 'GetFeature'],
  ['a root named like a prototype', `<__proto__ xmlns="http://example.org/x" service="WFS"/>`, '__proto__'],
];
