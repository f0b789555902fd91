// The 36 communes the demonstration's territory grows from: centre (lon, lat), area and rounded population.
// Facts of the national geographic institute (centres, areas) and of the census (about 2019).

export interface CommuneFact {
  readonly insee: string;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  /** Square kilometres. */
  readonly area: number;
  readonly population: number;
}

const rows: readonly (readonly [string, string, number, number, number, number])[] = [
  ['92002', 'Antony', 2.2991, 48.75, 9.56, 62_800],
  ['92004', 'Asnières-sur-Seine', 2.2878, 48.9159, 4.81, 86_700],
  ['92007', 'Bagneux', 2.31, 48.7983, 4.13, 41_500],
  ['92009', 'Bois-Colombes', 2.2681, 48.9154, 1.94, 28_700],
  ['92012', 'Boulogne-Billancourt', 2.2391, 48.8364, 6.12, 121_300],
  ['92014', 'Bourg-la-Reine', 2.3171, 48.7804, 1.86, 20_900],
  ['92019', 'Châtenay-Malabry', 2.2636, 48.7681, 6.35, 33_700],
  ['92020', 'Châtillon', 2.2884, 48.8036, 2.92, 36_900],
  ['92022', 'Chaville', 2.1921, 48.8074, 3.53, 20_800],
  ['92023', 'Clamart', 2.2544, 48.7965, 8.73, 53_000],
  ['92024', 'Clichy', 2.3059, 48.9041, 3.07, 63_100],
  ['92025', 'Colombes', 2.2471, 48.9228, 7.8, 86_000],
  ['92026', 'Courbevoie', 2.2557, 48.8984, 4.17, 82_000],
  ['92032', 'Fontenay-aux-Roses', 2.2868, 48.7896, 2.52, 24_600],
  ['92033', 'Garches', 2.1875, 48.8456, 2.71, 18_000],
  ['92035', 'La Garenne-Colombes', 2.2451, 48.9068, 1.75, 30_000],
  ['92036', 'Gennevilliers', 2.294, 48.9345, 11.61, 48_500],
  ['92040', 'Issy-les-Moulineaux', 2.2649, 48.8231, 4.22, 68_300],
  ['92044', 'Levallois-Perret', 2.2869, 48.8952, 2.41, 66_000],
  ['92046', 'Malakoff', 2.2961, 48.8166, 2.07, 30_600],
  ['92047', 'Marnes-la-Coquette', 2.1667, 48.8308, 3.47, 1_800],
  ['92048', 'Meudon', 2.2274, 48.8041, 9.89, 46_000],
  ['92049', 'Montrouge', 2.3172, 48.8152, 2.06, 48_700],
  ['92050', 'Nanterre', 2.2071, 48.8962, 12.23, 96_300],
  ['92051', 'Neuilly-sur-Seine', 2.2666, 48.8857, 3.7, 60_000],
  ['92060', 'Le Plessis-Robinson', 2.2597, 48.7802, 3.42, 29_300],
  ['92062', 'Puteaux', 2.2387, 48.8837, 3.17, 44_200],
  ['92063', 'Rueil-Malmaison', 2.1777, 48.8694, 14.47, 79_200],
  ['92064', 'Saint-Cloud', 2.2087, 48.8426, 7.51, 30_000],
  ['92071', 'Sceaux', 2.2965, 48.7765, 3.6, 20_000],
  ['92072', 'Sèvres', 2.2092, 48.8209, 3.95, 23_500],
  ['92073', 'Suresnes', 2.22, 48.87, 3.79, 48_300],
  ['92075', 'Vanves', 2.2875, 48.8216, 1.53, 27_800],
  ['92076', 'Vaucresson', 2.1607, 48.8421, 3.1, 8_700],
  ['92077', "Ville-d'Avray", 2.1765, 48.8215, 3.67, 11_300],
  ['92078', 'Villeneuve-la-Garenne', 2.3247, 48.9369, 3.18, 24_100],
];

export const communeFacts: readonly CommuneFact[] = rows.map(([insee, name, lon, lat, area, population]) => ({
  insee,
  name,
  lon,
  lat,
  area,
  population,
}));
