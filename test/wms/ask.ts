// Asks the WMS endpoint over fake doors and reads what comes back.
import { PNG } from 'pngjs';
import { Fault } from '../../server/core/model/fault';
import type { Context } from '../../server/core/ports/context';
import { readXml } from '../../server/core/xml/read';
import { renderNow } from '../../server/maps/draw/job';
import type { Renderer } from '../../server/maps';
import type { Reply } from '../../server/services/ows/operation';
import { wmsEndpoint } from '../../server/services/wms/endpoint';
import { contextOf, fakeDoors, inputOf } from './fake-doors';
import type { FakeDoors } from './fake-doors';

const renderer: Renderer = { render: job => Promise.resolve(renderNow(job)), close: () => Promise.resolve() };
export const endpoint = wmsEndpoint({ renderer });

export interface Answer {
  readonly reply: Reply;
  readonly body: Buffer;
  readonly doors: FakeDoors;
}

export async function ask(query: string, doors = fakeDoors(), context: Context = contextOf()): Promise<Answer> {
  const input = inputOf(query);
  let reply: Reply;
  try {
    reply = await endpoint.select(input).prepare(input, context)(doors);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    reply = endpoint.fault(error, input, context);
  }
  return { reply, body: await bytesOf(reply.body), doors };
}

async function bytesOf(body: Reply['body']): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return Buffer.from(body as string);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as string));
  return Buffer.concat(chunks);
}

/** The exception that a request gets: a ServiceExceptionReport of WMS 1.3.0. */
export async function refused(
  query: string,
  doors = fakeDoors(),
): Promise<{ readonly code: string | undefined; readonly locator: string | undefined; readonly status: number | undefined }> {
  const { reply, body } = await ask(query, doors);
  expect(reply.type).toBe('text/xml');
  const report = readXml(body);
  expect([report.name, report.namespace, report.attribute('version')]).toEqual([
    'ServiceExceptionReport',
    'http://www.opengis.net/ogc',
    '1.3.0',
  ]);
  const [exception] = report.children;
  return { code: exception?.attribute('code'), locator: exception?.attribute('locator'), status: reply.status };
}

/** The exception of a request of WMS 1.1.1: its document has a DTD and codes, no namespace and no locator. */
export async function refused111(
  query: string,
  doors = fakeDoors(),
): Promise<{ readonly code: string | undefined; readonly status: number | undefined }> {
  const { reply, body } = await ask(query, doors);
  expect(reply.type).toBe('application/vnd.ogc.se_xml');
  const text = body.toString();
  expect(text).toContain('<!DOCTYPE ServiceExceptionReport SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_exception_1_1_1.dtd">');
  const report = readXml(withoutDoctype(text));
  expect([report.name, report.namespace, report.attribute('version')]).toEqual(['ServiceExceptionReport', '', '1.1.1']);
  const [exception] = report.children;
  return { code: exception?.attribute('code'), status: reply.status };
}

/** Our reader takes no document types. */
export const withoutDoctype = (text: string): string => text.replace(/<!DOCTYPE[^>]*>/, '');

/** A map of one square kilometre on 100 × 100 pixels, unless told otherwise. */
export const map = (more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    SERVICE: 'WMS',
    VERSION: '1.3.0',
    REQUEST: 'GetMap',
    LAYERS: 'antony:arbres',
    STYLES: '',
    CRS: 'EPSG:2154',
    BBOX: '648000,6859000,649000,6860000',
    WIDTH: '100',
    HEIGHT: '100',
    FORMAT: 'image/png',
    ...more,
  }).toString();

/** The same by WMS 1.1.1. */
export const map111 = (more: Readonly<Record<string, string>> = {}): string => {
  const { CRS: srs = 'EPSG:2154', ...rest } = more;
  return map({ VERSION: '1.1.1', ...rest }).replace('CRS=EPSG%3A2154', `SRS=${encodeURIComponent(srs)}`);
};

/** The pixel's colour as eight hexadecimal digits, RGBA. */
export function colorAt(png: Buffer, x: number, y: number): string {
  const image = PNG.sync.read(png);
  const at = (y * image.width + x) * 4;
  return image.data.subarray(at, at + 4).toString('hex');
}

export function isEmpty(png: Buffer): boolean {
  return PNG.sync.read(png).data.every(value => value === 0);
}

export function hasColor(png: Buffer, hex: string): boolean {
  const { data } = PNG.sync.read(png);
  for (let i = 0; i < data.length; i += 4) if (data.subarray(i, i + 4).toString('hex') === hex) return true;
  return false;
}
