// Persons in records (R24, D16): who is named, and the record without them. Organisations and functional addresses stay.
import type { MetadataRecord, Party } from './record';
import type { Finding } from './finding';

/** Words of functional mail boxes; an address that holds one is nobody's own. */
const functional =
  /(?:^|[._-])(?:sig|geo\w*|carto\w*|contacts?|infos?|informations?|services?|mairie|ville|villes|accueil|data|donnees|opendata|open-data|metadata|metadonnees|catalogue|inspire|support|secretariat|direction|dir|dsi|urbanisme|voirie|environnement|adresses?|bal|webmaster|admin\w*|postmaster|noreply|no-reply|diffusion|communication|ddtm?|dreal|dgfip|pole|unite|bureau|equipe|team|office|help\w*|enquir\w*|mail|courrier|sig\w*|observatoire|cadastre|foncier|referent|plateforme)(?:[._-]|\d|$)/i;
const privateHosts = /@(?:gmail|hotmail|outlook|live|yahoo|laposte|free|orange|wanadoo|sfr|icloud|protonmail|gmx)\./i;

/** Whether an e-mail address seems to be a person's: `given.family@…`, or of a private provider, and no word of a functional box in it. */
export function personalEmail(address: string): boolean {
  const [local = '', domain = ''] = address.trim().split('@');
  if (domain === '' || functional.test(local)) return false;
  return privateHosts.test(address) || /^\p{L}[\p{L}'-]*\.\p{L}[\p{L}'-]+$/u.test(local);
}

/** Whether a party names a person, or gives a personal address or a telephone. */
export function namesPerson(party: Party): boolean {
  return party.individual !== null || party.phone !== null || (party.email !== null && personalEmail(party.email));
}

/** The party as everybody may read it; an e-mail beside a person's name goes as well unless it is functional. */
function impersonal(party: Party): Party {
  return { ...party, individual: null, phone: null, email: party.email !== null && personalEmail(party.email) ? null : party.email };
}

/** The record without persons: the public variant. */
export function withoutPersons(record: MetadataRecord): MetadataRecord {
  return { ...record, contacts: record.contacts.map(impersonal), pointsOfContact: record.pointsOfContact.map(impersonal) };
}

/** R24, one finding for each kind of personal information. */
export function personalFindings(record: MetadataRecord, severity: Finding['severity']): Finding[] {
  const places = [
    { parties: record.contacts, path: '/gmd:MD_Metadata/gmd:contact/gmd:CI_ResponsibleParty' },
    {
      parties: record.pointsOfContact,
      path: '/gmd:MD_Metadata/gmd:identificationInfo/gmd:MD_DataIdentification/gmd:pointOfContact/gmd:CI_ResponsibleParty',
    },
    { parties: record.otherParties, path: '//gmd:CI_ResponsibleParty' },
  ];
  const kinds: readonly { code: string; has: (party: Party) => boolean; element: string; fr: string; en: string }[] = [
    {
      code: 'person.name',
      has: party => party.individual !== null,
      element: 'gmd:individualName',
      fr: 'Un nom de personne figure dans la fiche.',
      en: "A person's name is in the record.",
    },
    {
      code: 'person.email',
      has: party => party.email !== null && personalEmail(party.email),
      element: 'gmd:contactInfo/gmd:CI_Contact/gmd:address/gmd:CI_Address/gmd:electronicMailAddress',
      fr: 'Une adresse électronique personnelle figure dans la fiche.',
      en: 'A personal e-mail address is in the record.',
    },
    {
      code: 'person.phone',
      has: party => party.phone !== null,
      element: 'gmd:contactInfo/gmd:CI_Contact/gmd:phone/gmd:CI_Telephone',
      fr: 'Un numéro de téléphone figure dans la fiche.',
      en: 'A telephone number is in the record.',
    },
  ];
  return places.flatMap(({ parties, path }) =>
    kinds
      .filter(kind => parties.some(kind.has))
      .map(kind => ({
        severity,
        code: kind.code,
        field: 'contact',
        message: { fr: kind.fr, en: kind.en },
        xpath: `${path}/${kind.element}`,
        remedy: {
          fr: "Ne garder que l'organisme et une adresse fonctionnelle.",
          en: 'Keep the organisation and a functional address only.',
        },
        rule: 'R24',
      })),
  );
}
