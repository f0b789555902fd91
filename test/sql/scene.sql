select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true), set_config('geomig.p4', $4, true), set_config('geomig.p5', $5, true), set_config('geomig.p6', $6, true), set_config('geomig.p7', $7, true), set_config('geomig.p8', $8, true);
-- 1: 640000
-- 2: 6850000
-- 3: 641000
-- 4: 6851000
-- 5: 640000.3051757812
-- 6: 6850003.266334534
-- 7: 640999.6943473816
-- 8: 6850996.733188629
copy (select s.g, "s"."c0"::text, "s"."c1"::text, "s"."c2"::float8, "s"."c3", replace(replace("s"."c4"::timestamptz::text, ' ', 'T'), '+00', 'Z'), array_to_string("s"."c5", ', '), s.k::float8
from (select "t"."fid" as k, "t"."geom" as g, "t"."nom_c" as "c0", "t"."prix_c" as "c1", "t"."hauteur_c" as "c2", "t"."actif_c" as "c3", "t"."vu_c" as "c4", "t"."mots_c" as "c5"
from "data"."arbres" as t
where ("t"."geom" && ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 2154) and ("t"."geom" @ ST_MakeEnvelope(current_setting('geomig.p5')::float8, current_setting('geomig.p6')::float8, current_setting('geomig.p7')::float8, current_setting('geomig.p8')::float8, 2154) or ST_Intersects("t"."geom", ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 2154)))) and "t"."geom" is not null) s) to stdout (format binary);
