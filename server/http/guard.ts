// Limits of Node's own HTTP server, and its answers to what is no HTTP at all (SEC13).
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ServerLimits {
  /** Milliseconds for the head of a request. */
  readonly headers: number;
  /** Milliseconds for a whole request, its body included. */
  readonly request: number;
  /** How often the two are looked at. */
  readonly check: number;
  /** Milliseconds a connection may rest between requests. */
  readonly keepAlive: number;
  readonly connections: number;
  /** Bytes of the head. */
  readonly headerBytes: number;
}

export const serverLimits: ServerLimits = {
  headers: 10_000,
  request: 60_000,
  check: 2_000,
  keepAlive: 5_000,
  connections: 1_000,
  headerBytes: 16_384,
};

const answers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** A server with its limits set. */
export function guardedServer(listener: RequestListener, limits: ServerLimits = serverLimits): Server {
  const server = createServer({ connectionsCheckingInterval: limits.check, maxHeaderSize: limits.headerBytes }, listener);
  server.headersTimeout = limits.headers;
  server.requestTimeout = limits.request;
  server.keepAliveTimeout = limits.keepAlive;
  server.maxConnections = limits.connections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket));
  return server;
}

/** What cannot be read as a request has no Operation: status and nothing else, and the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = answers[error.code ?? ''] ?? '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n`,
    () => socket.destroy(),
  );
}
