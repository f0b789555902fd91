// The organisations of Annexe 1 of the charter « Mutualisation de l'Information Géographique » (2022), the pilot, and Argenteuil, member of an EPT
// of Annexe 1. Facts: names and INSEE codes as printed in the charter; SIREN and membership of the EPTs are public. The kind of DRIEAT, BSPP and
// Paris La Défense is our classification. `named`: a member that § 1.4 names.

export interface PartnerFact {
  readonly code: string;
  readonly name: string;
  readonly fullName: string;
  readonly kind: 'commune' | 'ept' | 'department' | 'state' | 'public_body';
  readonly insee: string | null;
  readonly siren: string | null;
  readonly annex1: boolean;
  readonly pilot: boolean;
  readonly named: boolean;
  /** Code of the EPT it belongs to. */
  readonly ept: string | null;
}

/** code, INSEE code, name and EPT of the communes; all of Annexe 1 but the last. */
const communes: readonly (readonly [code: string, insee: string, name: string, ept: string])[] = [
  ['antony', '92002', 'Antony', 'vsgp'],
  ['asnieres-sur-seine', '92004', 'Asnières-sur-Seine', 'bns'],
  ['bagneux', '92007', 'Bagneux', 'vsgp'],
  ['bois-colombes', '92009', 'Bois-Colombes', 'bns'],
  ['boulogne-billancourt', '92012', 'Boulogne-Billancourt', 'gpso'],
  ['bourg-la-reine', '92014', 'Bourg-la-Reine', 'vsgp'],
  ['chatenay-malabry', '92019', 'Châtenay-Malabry', 'vsgp'],
  ['chatillon', '92020', 'Châtillon', 'vsgp'],
  ['chaville', '92022', 'Chaville', 'gpso'],
  ['clamart', '92023', 'Clamart', 'vsgp'],
  ['clichy', '92024', 'Clichy', 'bns'],
  ['colombes', '92025', 'Colombes', 'bns'],
  ['courbevoie', '92026', 'Courbevoie', 'pold'],
  ['fontenay-aux-roses', '92032', 'Fontenay-aux-Roses', 'vsgp'],
  ['garches', '92033', 'Garches', 'pold'],
  ['garenne-colombes', '92035', 'La Garenne-Colombes', 'pold'],
  ['gennevilliers', '92036', 'Gennevilliers', 'bns'],
  ['issy', '92040', 'Issy-les-Moulineaux', 'gpso'],
  ['levallois-perret', '92044', 'Levallois-Perret', 'pold'],
  ['malakoff', '92046', 'Malakoff', 'vsgp'],
  ['marnes', '92047', 'Marnes-la-Coquette', 'gpso'],
  ['meudon', '92048', 'Meudon', 'gpso'],
  ['montrouge', '92049', 'Montrouge', 'vsgp'],
  ['nanterre', '92050', 'Nanterre', 'pold'],
  ['neuilly-sur-seine', '92051', 'Neuilly-sur-Seine', 'pold'],
  ['plessis-robinson', '92060', 'Le Plessis-Robinson', 'vsgp'],
  ['puteaux', '92062', 'Puteaux', 'pold'],
  ['rueil-malmaison', '92063', 'Rueil-Malmaison', 'pold'],
  ['saint-cloud', '92064', 'Saint-Cloud', 'pold'],
  ['sceaux', '92071', 'Sceaux', 'vsgp'],
  ['sevres', '92072', 'Sèvres', 'gpso'],
  ['suresnes', '92073', 'Suresnes', 'pold'],
  ['vanves', '92075', 'Vanves', 'gpso'],
  ['vaucresson', '92076', 'Vaucresson', 'pold'],
  ['ville-d-avray', '92077', "Ville-d'Avray", 'gpso'],
  ['villeneuve-la-garenne', '92078', 'Villeneuve-la-Garenne', 'bns'],
  ['argenteuil', '95018', 'Argenteuil', 'bns'],
];

const others: readonly PartnerFact[] = [
  {
    code: 'vsgp',
    name: 'EPT Vallée Sud Grand Paris',
    fullName: 'Établissement public territorial Vallée Sud Grand Paris',
    kind: 'ept',
    insee: null,
    siren: '200057966',
    annex1: true,
    pilot: false,
    named: false,
    ept: null,
  },
  {
    code: 'pold',
    name: 'EPT Paris Ouest La Défense',
    fullName: 'Établissement public territorial Paris Ouest La Défense',
    kind: 'ept',
    insee: null,
    siren: '200057982',
    annex1: true,
    pilot: false,
    named: false,
    ept: null,
  },
  {
    code: 'gpso',
    name: 'EPT Grand Paris Seine Ouest',
    fullName: 'Établissement public territorial Grand Paris Seine Ouest',
    kind: 'ept',
    insee: null,
    siren: '200057974',
    annex1: true,
    pilot: false,
    named: false,
    ept: null,
  },
  {
    code: 'bns',
    name: 'EPT Boucle Nord de Seine',
    fullName: 'Établissement public territorial Boucle Nord de Seine',
    kind: 'ept',
    insee: null,
    siren: '200057990',
    annex1: true,
    pilot: false,
    named: false,
    ept: null,
  },
  {
    code: 'drieat',
    name: "DRIEAT d'Île-de-France",
    fullName: "Direction régionale et interdépartementale de l'environnement, de l'aménagement et des transports d'Île-de-France",
    kind: 'state',
    insee: null,
    siren: null,
    annex1: true,
    pilot: false,
    named: true,
    ept: null,
  },
  {
    code: 'pld',
    name: 'Paris La Défense',
    fullName: 'Paris La Défense (établissement public)',
    kind: 'public_body',
    insee: null,
    siren: null,
    annex1: true,
    pilot: false,
    named: true,
    ept: null,
  },
  {
    code: 'bspp',
    name: 'BSPP',
    fullName: 'Brigade de sapeurs-pompiers de Paris',
    kind: 'state',
    insee: null,
    siren: null,
    annex1: true,
    pilot: false,
    named: true,
    ept: null,
  },
  {
    code: 'cd92',
    name: 'Département des Hauts-de-Seine',
    fullName: 'Département des Hauts-de-Seine',
    kind: 'department',
    insee: '92',
    siren: null,
    annex1: false,
    pilot: true,
    named: true,
    ept: null,
  },
];

/** The 45 organisations that are there from the first migration. */
export const partnerFacts: readonly PartnerFact[] = [
  ...communes.map(([code, insee, name, ept]): PartnerFact => ({
    code,
    name,
    fullName: name,
    kind: 'commune',
    insee,
    siren: null,
    annex1: code !== 'argenteuil',
    pilot: false,
    named: false,
    ept,
  })),
  ...others,
];
