// The public services of the server this page came from, by same-origin requests; what goes wrong becomes a ServiceError in words.
import { say, waitInWords } from './words';

/** Where the services are: beside the page, so that a prefix of the address (key, scope) is kept. */
const home = new URL('.', location.href.replace(/[?#].*$/, ''));

export function address(path: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  const url = new URL(path, home);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url.href;
}

/** The same to be read by people: braces and letters as they are. */
export const plainAddress = (path: string): string => `${home.href}${path}`;

/** The address of a service with this word in place of an access key: `/k/{key}/` stands before the rest of the path. */
export const keyedAddress = (key: string, path: string): string => {
  const [, before = '', scope = ''] = /^(.*?)(?:\/k\/[^/]+)?((?:\/at\/[^/]+)?\/)$/.exec(home.pathname) ?? [];
  return `${home.origin}${before}/k/${key}${scope}${path}`;
};

export class ServiceError extends Error {
  constructor(
    /** HTTP status; 0 when nothing answered, 200 when a service answered with an exception. */
    readonly status: number,
    /** What the server said, in its words; '' when nothing. */
    readonly detail: string,
    /** Seconds to wait, when told. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
}

/** What to tell a reader. */
export function inWords(error: unknown): string {
  if (!(error instanceof ServiceError)) return say('errorAnswer');
  switch (error.status) {
    case 0:
      return say('errorNetwork');
    case 401:
      return say('errorUnauthenticated');
    case 403:
      return say('errorForbidden');
    case 429:
      return error.retryAfter === null ? say('errorTooMany') : say('tooMany', { wait: waitInWords(error.retryAfter) });
    case 503:
      return say('errorBusy');
    default:
      return error.detail === '' ? say('errorOther', { status: error.status }) : error.detail;
  }
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

const attempts = 6;
const longestWait = 10;

/**
 * One request. 503 is asked again after the time the server names, a few times: maps queue, and a server may be starting.
 * Throws ServiceError, or the AbortError of the signal.
 */
export async function request(url: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(url, { credentials: 'same-origin', ...init });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new ServiceError(0, '');
    }
    if (response.ok) return response;
    const retryAfter = waitOf(response);
    if (response.status !== 503 || attempt >= attempts) throw new ServiceError(response.status, await detailOf(response), retryAfter);
    await pause(Math.min(longestWait, retryAfter ?? 1), init.signal ?? null);
  }
}

function waitOf(response: Response): number | null {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

function pause(seconds: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
}

async function detailOf(response: Response): Promise<string> {
  const type = response.headers.get('Content-Type') ?? '';
  try {
    if (/json/.test(type)) {
      const body = (await response.json()) as { title?: unknown };
      return typeof body.title === 'string' ? body.title : '';
    }
    if (/xml/.test(type)) return exceptionText(parse(await response.text())) ?? '';
  } catch {
    // an answer that cannot be read has nothing to tell
  }
  return '';
}

function parse(text: string): Document {
  const document = new DOMParser().parseFromString(text, 'application/xml');
  if (document.getElementsByTagName('parsererror').length > 0) throw new ServiceError(200, '');
  return document;
}

/** The text of an exception report of OWS Common or WMS; null for any other document. */
function exceptionText(document: Document): string | null {
  if (!/ExceptionReport$/.test(document.documentElement.localName)) return null;
  const text = descendants(document, 'ExceptionText').concat(descendants(document, 'ServiceException'))[0]?.textContent;
  return text?.trim() ?? '';
}

/** The document of an answer; an exception report is thrown. */
export async function requestXml(url: string, init: RequestInit = {}): Promise<Document> {
  const document = parse(await (await request(url, init)).text());
  const exception = exceptionText(document);
  if (exception !== null) throw new ServiceError(200, exception);
  return document;
}

/** A picture; a service that answers with a document instead is asked why. */
export async function requestImage(url: string, signal: AbortSignal | null = null): Promise<Blob> {
  const response = await request(url, { signal });
  const blob = await response.blob();
  if (blob.type.startsWith('image/')) return blob;
  let exception: string | null = null;
  try {
    exception = exceptionText(parse(await blob.text()));
  } catch {
    // neither picture nor report
  }
  throw new ServiceError(200, exception ?? '');
}

export const descendants = (parent: Document | Element, name: string): Element[] => [...parent.getElementsByTagNameNS('*', name)];

/** Children of that local name, whatever the prefix. */
export const children = (parent: Element, name: string): Element[] => [...parent.children].filter(child => child.localName === name);

/** Elements at the end of a path of local names; `*` is any name. */
export function find(parent: Element, path: string): Element[] {
  return path
    .split('/')
    .reduce<Element[]>(
      (found, step) => found.flatMap(element => [...element.children].filter(child => step === '*' || child.localName === step)),
      [parent],
    );
}

/** Trimmed text of the first such child; null when absent or empty. */
export function textAt(parent: Element, path: string): string | null {
  const text = find(parent, path)[0]?.textContent.trim() ?? '';
  return text === '' ? null : text;
}
