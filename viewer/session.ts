// Who one is, logging in and out: /api/session.
import { address, request, ServiceError } from './services';
import { language, say, waitInWords } from './words';

export interface Session {
  readonly login: string | null;
  readonly name: string | null;
  readonly organisation: string | null;
  readonly suspended: boolean;
  /** What the partnership has to tell to everyone or to this person (R11). */
  readonly banners: readonly string[];
}

export const nobody: Session = { login: null, name: null, organisation: null, suspended: false, banners: [] };

export async function readSession(): Promise<Session> {
  const response = await request(address('api/session'));
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  const text = (name: string): string | null => (typeof body[name] === 'string' ? body[name] : null);
  return {
    login: text('login'),
    name: Array.isArray(body['name']) ? body['name'].join(' ') : text('name'),
    organisation: text('organisation'),
    suspended: body['suspended'] === true,
    banners: Array.isArray(body['banners']) ? body['banners'].map(bannerText).filter(one => one !== '') : [],
  };
}

/** A text, or a text in several languages. */
function bannerText(banner: unknown): string {
  if (typeof banner === 'string') return banner;
  const texts = (banner ?? {}) as Readonly<Record<string, unknown>>;
  const found = texts[language] ?? texts['fr'];
  return typeof found === 'string' ? found : '';
}

/** Opens a session; what is refused is told in words. */
export async function logIn(login: string, password: string): Promise<string | null> {
  try {
    await request(address('api/session'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    return null;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    switch (error.status) {
      case 400:
        return say('needBoth');
      case 401:
        return say('wrongPassword');
      case 403:
        return say('passwordOverHttps');
      case 429:
        return say('tooMany', { wait: waitInWords(error.retryAfter ?? 60) });
      default:
        throw error;
    }
  }
}

export async function logOut(): Promise<void> {
  await request(address('api/session'), { method: 'DELETE' });
}
