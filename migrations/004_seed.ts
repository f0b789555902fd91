// What is there before anyone has typed a word: the charter, the organisations of its Annexe 1 with their states, the pilot, the service's own words.
// Members that § 1.4 does not name are `potential` until the pilot activates them.
import type { Knex } from 'knex';
import { partnerFacts } from '../schemas/partners';

const charter = {
  version: '2022',
  title: 'Charte partenariale de Mutualisation de l’Information Géographique',
  effective_on: '2022-01-01',
  ends_on: '2026-12-31',
  status: 'in_force',
};

/** Day since which the EPTs exist (decrees of 11 December 2015). */
const eptsSince = '2016-01-01';

/** 2.2.1: the address of the pilot. */
const pilot = {
  functional_email: 'sig@hauts-de-seine.fr',
  address: 'Conseil départemental des Hauts-de-Seine, PACT-DDT-SIT, 92731 Nanterre Cedex',
  url: 'https://www.hauts-de-seine.fr',
};

const service = {
  title: { fr: 'Mutualisation de l’Information Géographique', en: 'Pooling of Geographic Information' },
  abstract: {
    fr: 'Catalogue et données géographiques que les partenaires de la charte MIG mettent en commun dans les Hauts-de-Seine.',
    en: 'Catalogue and geographic data that the partners of the MIG charter share in Hauts-de-Seine.',
  },
  email: pilot.functional_email,
  url: pilot.url,
};

export async function up(knex: Knex): Promise<void> {
  const [row] = await knex('geomig.charter').insert(charter).returning<{ id: number }[]>('id');
  if (!row) throw new Error('the charter was not stored');
  const ids = new Map<string, number>();
  for (const fact of partnerFacts) {
    const [organisation] = await knex('geomig.organisation')
      .insert({
        code: fact.code,
        name: fact.name,
        full_name: fact.fullName,
        kind: fact.kind,
        insee: fact.insee,
        siren: fact.siren,
        annex1: fact.annex1,
        is_pilot: fact.pilot,
        ...(fact.pilot ? pilot : {}),
      })
      .returning<{ id: number }[]>('id');
    if (organisation) ids.set(fact.code, organisation.id);
  }
  for (const fact of partnerFacts) {
    const id = ids.get(fact.code);
    // the pilot is party to the charter by the charter itself; Argenteuil is outside Annexe 1 and has no membership
    if (fact.annex1 || fact.pilot)
      await knex('geomig.membership').insert({
        organisation_id: id,
        charter_id: row.id,
        route: 'annex1',
        state: fact.named ? 'active' : 'potential',
        active_on: fact.named ? charter.effective_on : null,
      });
    if (fact.ept !== null)
      await knex.raw('insert into geomig.ept_member (ept_id, commune_id, period) values (?, ?, daterange(?::date, null))', [
        ids.get(fact.ept) ?? null,
        id ?? null,
        eptsSince,
      ]);
  }
  for (const [name, value] of Object.entries(service))
    await knex('geomig.service_setting').insert({ key: `service.${name}`, value: JSON.stringify(value) });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['service_setting', 'ept_member', 'membership', 'organisation', 'charter']) await knex(`geomig.${table}`).del();
}
