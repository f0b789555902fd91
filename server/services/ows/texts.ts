// The standard texts of the charter (T1–T5): French constants that are never translated (R25, R50).

/** T1, the mention. */
export const mentionText = "Mutualisation de l'Information Géographique";
/** T2: free of charge, no transfer of property (charter § 3.2.1, 3.5.1). */
export const gratuityText = 'Mise à disposition à titre gratuit, sans transfert de propriété (charte MIG § 3.2.1, 3.5.1).';
/** T3: the owner's liability (§ 3.5.1). */
export const ownerText =
  "Le partenaire-propriétaire ne peut être tenu responsable de l'usage fait des données, des dommages directs ou indirects pouvant en résulter, " +
  "ni des erreurs de localisation, d'identification, d'actualisation ou des imprécisions (charte MIG § 3.5.1).";
/** T4: the user's liability (§ 3.5.2). */
export const userText =
  "L'utilisateur est responsable des conséquences de l'utilisation, de la modification et de la mise à jour des données, " +
  'et garantit leur traçabilité (charte MIG § 3.5.2).';
/** T5: handing on to third parties (§ 3.5.2). */
export const thirdPartyText =
  "Toute mise à disposition à un tiers s'accompagne de l'information sur les conditions de réutilisation (charte MIG § 3.5.2).";

/** What capabilities say under AccessConstraints: T2–T5. T1 stands in the abstracts. */
export const constraintTexts: readonly string[] = [gratuityText, ownerText, userText, thirdPartyText];

/** Suffix of the title of data whose owner has withdrawn (R08). */
export const frozenSuffix = ' (gelée)';
