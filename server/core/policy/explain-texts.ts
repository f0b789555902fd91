// The rule that decided, said to people: the clause of the charter it comes from, and a sentence of ours in French and English.
import type { Text } from '../model/text';

export interface RuleText {
  readonly rule: string;
  /** Clause(s) of the charter, « 3.3 »; glossary entries are G1 to G12. */
  readonly clause: string;
  /** Both languages are always there. */
  readonly sentence: Text;
}

const texts: Readonly<Record<string, readonly [clause: string, fr: string, en: string]>> = {
  D3: ['G10', 'L’organisme propriétaire dispose de toutes ses données.', 'The owner has full use of its own data.'],
  R01: [
    'G9, 2.2',
    'Les droits de partenaire supposent une adhésion active à la date de la demande.',
    'Partner rights need a membership that is active at the time of the request.',
  ],
  R02: [
    '2.1.1, G9',
    'Un organisme de l’annexe 1 qui n’a pas encore adhéré dispose des mêmes droits que le public.',
    'An organisation of Annex 1 without an active membership has the rights of the public.',
  ],
  R03: [
    '2.2.1, 2.2.2',
    'Un candidat recevable accède aux dossiers de son groupe de travail, pas aux données.',
    'An admissible candidate sees the folders of its working group, not the data.',
  ],
  R06: [
    '2.3.1, 2.3.2',
    'Le retrait prend effet le jour de la réception du courrier : l’accès partenaire a pris fin.',
    'The withdrawal takes effect on the day the letter is received: partner access has ended.',
  ],
  R07: [
    '2.3.2, 3.5.2',
    'Un ancien partenaire conserve l’accès aux fiches publiques et aux données ouvertes.',
    'A former partner keeps the public records and open data.',
  ],
  R08: [
    '2.3.2',
    'Données gelées au retrait de leur propriétaire, lisibles par les partenaires d’alors selon les droits d’alors.',
    'Data frozen at the withdrawal of its owner: readable by the partners of that day under the rights of that day.',
  ],
  R09: [
    '2.3.2',
    'Données gelées : un partenaire qui a adhéré depuis n’y accède qu’avec l’accord écrit de l’ancien propriétaire.',
    'Frozen data: a partner who joined later needs the written agreement of the former owner.',
  ],
  R13: ['G3, 3.1.2', 'Le compte est suspendu ou fermé.', 'The account is suspended or closed.'],
  R14: [
    '2.1.3, G2',
    'La donnée n’est pas publiée : seul le référent du propriétaire ou son suppléant peut la publier.',
    'The data is not published; only the owner’s referent or deputy may publish it.',
  ],
  R15: [
    '2.1.3',
    'Les personnes ressources préparent les données sans les publier.',
    'Resource persons prepare the data and do not publish it.',
  ],
  R16: ['G2, 2.1.2', 'La diffusion de la donnée est suspendue.', 'The data is suspended from service.'],
  R17: [
    'G2, 2.1.2',
    'Administrer la plateforme ne donne aucun droit sur les données au-delà de ceux du Département comme partenaire.',
    'Administering the platform gives no right to data beyond those of the Département as a partner.',
  ],
  R18: [
    'G5, 3.2.3',
    'Aucune couche n’est servie sans une fiche de métadonnées publiée et sans erreur.',
    'No layer is served without a published metadata record free of errors.',
  ],
  R20: ['3.1.1, 1.5', 'La fiche d’une donnée coproduite validée est publique.', 'The record of a validated co-produced dataset is public.'],
  R21: [
    'G2, 1.3, 3.2.3',
    'La fiche d’une donnée mutualisée est publique, sauf si son propriétaire la réserve aux partenaires avec un motif.',
    'The record of pooled data is public unless its owner keeps it to the partners for a stated reason.',
  ],
  R22: [
    '3.3',
    'La fiche d’une donnée non partagée est visible de son propriétaire et du pilote, sauf si le propriétaire l’ouvre.',
    'The record of data that is not shared is seen by its owner and the pilot unless the owner opens it.',
  ],
  R23: [
    'G2, 3.3',
    'Ce qui n’est pas visible de l’appelant est traité comme inexistant.',
    'What the caller may not see is answered as if it did not exist.',
  ],
  R24: ['3.3', 'Les documents publics ne nomment aucune personne.', 'Public documents name no person.'],
  R26: ['1.3, 1.5', 'Un portail moissonneur reçoit les fiches publiques.', 'A harvesting portal receives the public records.'],
  R27: ['G11', 'Aucun droit accordé ne correspond à cette demande.', 'No grant matches this request.'],
  R28: [
    '3.3',
    'La donnée relève d’une exception du § 3.3 : elle n’est servie à personne.',
    'The data falls under an exception of § 3.3 and is served to nobody.',
  ],
  R29: ['1.5', 'Donnée ouverte à tous.', 'Open data, for everyone.'],
  R30: ['1.6, 3.2.1', 'Donnée partagée avec tous les partenaires.', 'Data shared with all partners.'],
  R31: [
    'G2, G11',
    'Donnée réservée à son propriétaire et aux partenaires qu’il a nommés.',
    'Data kept to its owner and the partners it has named.',
  ],
  R32: [
    '3.4',
    'Une donnée coproduite validée appartient à chaque partenaire : aucun ne peut en être écarté.',
    'Validated co-produced data belongs to every partner; none can be left out.',
  ],
  R33: [
    '3.2.2, 2.4.2',
    'Une donnée coproduite n’est servie qu’après sa validation par le comité technique.',
    'Co-produced data is served only once the technical committee has validated it.',
  ],
  R34: [
    '3.4, 1.5',
    'Une donnée coproduite devient ouverte par décision du comité technique et avec une licence.',
    'Co-produced data becomes open by a decision of the technical committee and with a licence.',
  ],
  R35: [
    '3.6',
    'Une commune accède aux données coproduites par la délégation de son EPT partenaire.',
    'A commune reads co-produced data by a delegation of its EPT, itself a partner.',
  ],
  R36: [
    '3.6, 3.5.2',
    'La délégation d’un EPT ne couvre une donnée mutualisée que si son propriétaire l’a prévu.',
    'The delegation of an EPT covers pooled data only where the owner has said so.',
  ],
  R37: [
    '3.6, G3',
    'Une commune délégataire consulte les données ; elle ne les modifie pas.',
    'A delegated commune uses the data and does not edit it.',
  ],
  R38: [
    '3.6',
    'La délégation de l’EPT attend son attestation ou l’acceptation de la commune, ou n’a plus cours.',
    'The delegation awaits the EPT’s attestation or the commune’s acceptance, or has ended.',
  ],
  R39: [
    '3.6, 2.3',
    'La délégation est caduque : l’EPT s’est retiré ou la commune n’en est plus membre.',
    'The delegation has lapsed: the EPT has left or the commune is no longer its member.',
  ],
  R40: [
    '3.6, 2.3.2',
    'Une commune qui s’est retirée n’accède que par une délégation signée après son retrait.',
    'A commune that has left needs a delegation signed after its withdrawal.',
  ],
  R41: [
    '3.6',
    'La délégation vaut pour les communes membres situées hors du département.',
    'The delegation covers members outside the département.',
  ],
  R42: [
    '3.3, G2',
    'Des attributs sont masqués par le propriétaire ; ils n’existent pas pour l’appelant.',
    'Some attributes are masked by the owner and do not exist for the caller.',
  ],
  R43: ['G2', 'Seuls les objets du territoire de l’appelant sont servis.', 'Only features of the caller’s territory are served.'],
  R44: ['G2', 'La donnée n’est ouverte qu’en consultation cartographique.', 'The data is open to map display only.'],
  R45: ['G2', 'Seules les couches utilisables par l’appelant sont annoncées.', 'Only the layers the caller may use are advertised.'],
  R46: ['G2', 'Une couche refusée fait refuser toute la demande.', 'One denied layer refuses the whole request.'],
  R47: ['G3', 'La donnée existe et n’est pas ouverte à l’appelant.', 'The data exists and is not open to the caller.'],
  R48: ['G2, 2.3.2', 'Le droit le plus précis l’emporte.', 'The most specific grant wins.'],
  R49: [
    'G11',
    'Le propriétaire de la donnée doit d’abord accepter une demande d’accès.',
    'The owner of the data must first accept a request for access.',
  ],
  R51: [
    'A2, 3.5.2, G2',
    'Le référent de l’organisme doit d’abord accepter les conditions d’utilisation.',
    'The referent of the organisation must first accept the conditions of use.',
  ],
  R60: [
    '2.1.3, G2',
    'Seules les personnes habilitées du propriétaire modifient une donnée mutualisée.',
    'Only the owner’s authorised people edit pooled data.',
  ],
  R61: [
    '1.6, 2.4.3',
    'Le gestionnaire modifie une donnée coproduite ; les autres partenaires y contribuent sur leur territoire si la contribution est ouverte.',
    'The manager edits co-produced data; other partners contribute inside their territory where contribution is open.',
  ],
  R63: [
    '2.3.2, 3.3, G2',
    'Une donnée gelée, archivée, suspendue ou exclue ne se modifie pas.',
    'Frozen, archived, suspended or excluded data cannot be edited.',
  ],
};

/** Ids of the rules that have a text. */
export const explainedRules: readonly string[] = Object.keys(texts);

/** The text of a rule id; a rule without one is named alone. */
export function explainRule(rule: string): RuleText {
  const found = Object.hasOwn(texts, rule) ? texts[rule] : undefined;
  if (!found) return { rule, clause: '', sentence: { fr: `Règle ${rule}.`, en: `Rule ${rule}.` } };
  const [clause, fr, en] = found;
  return { rule, clause, sentence: { fr, en } };
}
