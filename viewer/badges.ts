// Small marks that tell at a glance who may use data and where they come from.
import type { MapLayer } from './capabilities';
import { h } from './dom';
import type { MetadataRecord } from './record';
import { say, type Word } from './words';

interface Badge {
  readonly look: 'open' | 'partners' | 'coproduced' | 'frozen';
  readonly label: Word;
  readonly help: Word;
}

function badgesOf(record: MetadataRecord, layer: MapLayer | undefined): Badge[] {
  const list: Badge[] = [];
  if (record.open) list.push({ look: 'open', label: 'badgeOpen', help: 'badgeOpenHelp' });
  else if (record.pooled) list.push({ look: 'partners', label: 'badgePartners', help: 'badgePartnersHelp' });
  if (record.coproduced) list.push({ look: 'coproduced', label: 'badgeCoproduced', help: 'badgeCoproducedHelp' });
  if (record.frozen || layer?.frozen === true) list.push({ look: 'frozen', label: 'badgeFrozen', help: 'badgeFrozenHelp' });
  return list;
}

export function badges(record: MetadataRecord, layer: MapLayer | undefined): HTMLElement {
  return h(
    'ul',
    { class: 'badges' },
    badgesOf(record, layer).map(badge => h('li', { class: `badge ${badge.look}`, title: say(badge.help) }, say(badge.label))),
    record.retired ? h('li', { class: 'badge frozen' }, say('badgeObsolete')) : null,
  );
}
