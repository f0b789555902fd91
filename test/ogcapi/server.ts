// The whole server with the world of the real clients: 2,500 points in Lambert-93 with every kind of attribute, lines in degrees, partner data.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer, type Ask, type TestServer } from '../setup/server';
import { clientWorld } from '../clients/world';

export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
  readonly title?: string;
  readonly hreflang?: string;
}

export interface Feature {
  readonly type: string;
  readonly id: string;
  readonly geometry: { readonly type: string; readonly coordinates: readonly number[] } | null;
  readonly properties: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Page {
  readonly type: string;
  readonly crs?: object;
  readonly features: readonly Feature[];
  readonly numberMatched: number;
  readonly numberReturned: number;
  readonly timeStamp: string;
  readonly links: readonly Link[];
}

export interface OgcServer {
  readonly mig: TestServer;
  /** The JSON of an address below `/ogc` that answers 200. */
  json<Document = Record<string, unknown>>(path: string, options?: Ask): Promise<Document>;
  items(collection: string, parameters?: Readonly<Record<string, string | number>>, options?: Ask): Promise<Page>;
  close(): Promise<void>;
}

export const crsUri = (code: number): string => `http://www.opengis.net/def/crs/EPSG/0/${code}`;
export const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

export async function ogcServer(): Promise<OgcServer> {
  const folder = mkdtempSync(join(tmpdir(), 'geomig-ogcapi-'));
  const mig = await testServer({ world: clientWorld(folder) });
  const json = async <Document>(path: string, options: Ask = {}): Promise<Document> => {
    const answer = await mig.ask(path, options);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text) as Document;
  };
  return {
    mig,
    json,
    items: (collection, parameters = {}, options = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(parameters)) query.append(name, String(value));
      return json(`/ogc/collections/${collection}/items?${query.toString()}`, options);
    },
    close: async () => {
      await mig.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
