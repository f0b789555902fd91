// /.well-known/security.txt: where to report a weakness (RFC 9116). The contact is the service's own, from the partnership file.
import { operation, type Endpoint } from '../services/ows/operation';
import { problem } from './problem';

/** Days after which the text is to be read again; it is made anew at each request. */
const validDays = 180;

/** `publicUrl`: address of the server without a final slash. */
export function securityTextEndpoint(parts: { readonly publicUrl: () => string }): Endpoint {
  const path = '/.well-known/security.txt';
  const text = operation({
    service: 'PAGE',
    versions: [''],
    name: 'SecurityText',
    read: (_input, context) => context.instant,
    run: (instant, doors) => {
      const { service } = doors.partnership;
      const root = parts.publicUrl();
      const expires = new Date(Date.parse(instant) + validDays * 86_400_000).toISOString();
      const lines = [
        // § 2.5.3: a contact is required
        `Contact: ${service.email === '' ? `${service.url === '' ? root : service.url}` : `mailto:${service.email}`}`,
        `Expires: ${expires}`,
        'Preferred-Languages: fr, en',
        // § 2.5.2, § 2.5.8: web addresses are https
        ...(root.startsWith('https:') ? [`Canonical: ${root}${path}`] : []),
      ];
      return Promise.resolve({ type: 'text/plain; charset=utf-8', access: 'public' as const, body: `${lines.join('\n')}\n` });
    },
    examples: () => ({ none: 'the same for everyone: the contact of the service' }),
  });
  return { path, methods: ['GET'], operations: [text], select: () => text, fault: problem, bodyLimit: 0 };
}
