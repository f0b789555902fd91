// The page of the first administrator on an open database.
import type { Config } from '../config';
import { clockFrom } from '../core/model/clock';
import { firstAdminEndpoint } from '../http/first-admin';
import { loopback } from '../http/proxies';
import type { Endpoint } from '../services/ows/operation';
import type { Database } from '../store/database';
import { firstAccount } from '../store/first-account';
import { accountDesk } from './accounts';

/** `database` may not be open yet when this is called. */
export function firstAdmin(config: Pick<Config, 'clock' | 'insecureHttp' | 'publicUrl'>, database: () => Database): Endpoint {
  const clock = clockFrom(config.clock);
  return firstAdminEndpoint({
    first: () => firstAccount(database(), accountDesk(database())),
    now: () => clock.now(),
    passwordsAllowed: remote => loopback(remote) || config.insecureHttp || (config.publicUrl ?? '').startsWith('https:'),
  });
}
