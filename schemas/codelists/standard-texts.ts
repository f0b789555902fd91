// The standard texts of the charter: French constants, not to be translated (rules.md, T1–T5; R25, R50–R52).

export const standardTexts = {
  /** Mention; the owner and the date of update follow where they are known. */
  T1: "Mutualisation de l'Information Géographique",
  /** Gratuity, no transfer of property. */
  T2: 'Mise à disposition à titre gratuit, sans transfert de propriété (charte MIG § 3.2.1, 3.5.1).',
  /** The owner's liability. */
  T3: "Le partenaire-propriétaire ne peut être tenu responsable de l'usage fait des données, des dommages directs ou indirects pouvant en résulter, ni des erreurs de localisation, d'identification, d'actualisation ou des imprécisions (charte MIG § 3.5.1).",
  /** The user's liability. */
  T4: "L'utilisateur est responsable des conséquences de l'utilisation, de la modification et de la mise à jour des données, et garantit leur traçabilité (charte MIG § 3.5.2).",
  /** Third parties. */
  T5: "Toute mise à disposition à un tiers s'accompagne de l'information sur les conditions de réutilisation (charte MIG § 3.5.2).",
} as const;
