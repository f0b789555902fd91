// `/` is the viewer's page, `/assets/{file}` its script and style sheet, as the build left them. Files are looked up in a list
// made at the start, so that no request names a path (SEC14).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Fault } from '../core/model/fault';
import { bareOperation, type Endpoint, type Reply } from '../services/ows/operation';
import { problem } from './problem';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Scripts and styles are our own; images may be drawn from our services and kept as blobs for the PNG export. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'";

interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly etag: string;
}

/** `folder` holds index.html and the assets; an absent one serves nothing (a build without viewer). */
export function viewerEndpoints(folder: string): Endpoint[] {
  const assets = new Map<string, Asset>();
  if (existsSync(folder))
    for (const name of readdirSync(folder)) {
      const type = types[extname(name)];
      if (type === undefined) continue;
      const bytes = readFileSync(join(folder, name));
      assets.set(name, { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"` });
    }
  const none = 'static files';
  const page = bareOperation({
    service: 'PAGE',
    name: 'Viewer',
    none,
    run: input => Promise.resolve(send('index.html', input.header('if-none-match'))),
  });
  const file = bareOperation({
    service: 'PAGE',
    name: 'ViewerAsset',
    none,
    run: input => Promise.resolve(send(input.segments['file'] ?? '', input.header('if-none-match'))),
  });
  return [
    { path: '/', methods: ['GET'], operations: [page], select: () => page, fault: problem, bodyLimit: 0 },
    { path: '/assets/:file', methods: ['GET'], operations: [file], select: () => file, fault: problem, bodyLimit: 0 },
  ];

  function send(name: string, known: string | undefined): Reply {
    const asset = assets.get(name);
    if (!asset) throw new Fault('unknown-id', 'file', 'no such file');
    const headers = {
      ETag: asset.etag,
      'Cache-Control': 'no-cache',
      ...(name.endsWith('.html') ? { 'Content-Security-Policy': policy } : {}),
    };
    return known === asset.etag
      ? { status: 304, type: asset.type, access: 'public', headers, body: null }
      : { type: asset.type, access: 'public', headers, body: asset.bytes };
  }
}
