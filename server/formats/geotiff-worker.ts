// The thread that unpacks rasters: requests one after the other; a file that keeps it busy costs this thread and nothing else.
// Files stay open and blocks unpacked as long as they are looked at.
import { parentPort } from 'node:worker_threads';
import type { CellGrid } from '../core/model/coverage';
import { Fault } from '../core/model/fault';
import { cellsUnder } from './geotiff-cells';
import { describe } from './geotiff-describe';
import { BlockStore, openGeoTiff, type GeoTiff } from './geotiff-file';
import type { GeoTiffReply, GeoTiffRequest } from './geotiff-messages';

const port = parentPort;
if (port === null) throw new Error('geotiff-worker runs as a worker thread only');

const mostOpen = 16;
const blocks = new BlockStore(96 * 2 ** 20);
const files = new Map<string, GeoTiff>();

async function opened(path: string): Promise<GeoTiff> {
  const known = files.get(path);
  if (known) {
    files.delete(path);
    files.set(path, known);
    return known;
  }
  const made = await openGeoTiff(path);
  files.set(path, made);
  for (const [oldest, one] of files) {
    if (files.size <= mostOpen) break;
    files.delete(oldest);
    await one.file.close();
  }
  return made;
}

async function answer(asked: GeoTiffRequest): Promise<GeoTiffReply> {
  if (asked.ask === 'cells') return { id: asked.id, cells: await cellsUnder(await opened(asked.request.path), asked.request, blocks) };
  // a file that is being looked at before it is kept may change under its name
  const tiff = await openGeoTiff(asked.path);
  try {
    return { id: asked.id, description: await describe(tiff, asked.options) };
  } finally {
    await tiff.file.close();
  }
}

const buffersOf = ({ bands, shown }: CellGrid): ArrayBuffer[] => [...bands, shown].map(array => array.buffer as ArrayBuffer);

let last: Promise<void> = Promise.resolve();
port.on('message', (asked: GeoTiffRequest) => {
  last = last.then(async () => {
    try {
      const reply = await answer(asked);
      port.postMessage(reply, 'cells' in reply ? buffersOf(reply.cells) : []);
    } catch (error) {
      const { id } = asked;
      const reply: GeoTiffReply =
        error instanceof Fault
          ? {
              id,
              fault: {
                kind: error.kind,
                locator: error.locator,
                text: { fr: error.in('fr'), en: error.message },
                retryAfter: error.retryAfter ?? null,
              },
            }
          : { id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      port.postMessage(reply);
    }
  });
});
