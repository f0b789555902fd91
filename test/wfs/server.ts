// A plain HTTP server over the test world, so that real clients can be pointed at the service without a database.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, endpointFor, type Asked } from './ask';

export interface TestServer {
  readonly url: string;
  /** Query strings and bodies received, in order. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Starts on a free port of the loopback. */
export async function serve(options: Pick<Asked, 'world' | 'parts'> = {}): Promise<TestServer> {
  const endpoint = endpointFor(options.parts);
  const requests: string[] = [];
  let url = '';
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '/', url).search.slice(1);
      const body = Buffer.concat(chunks).toString('utf8');
      requests.push(`${request.method} ${query} ${body}`);
      const asked: Asked = { query, base: url, world: options.world ?? {}, ...(request.method === 'POST' ? { body } : {}) };
      void ask(asked, endpoint).then(answer => {
        response.writeHead(answer.status, { 'Content-Type': answer.type, ...answer.headers });
        response.end(answer.body);
      });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
