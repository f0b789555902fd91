select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true);
-- 1: 10
-- 2: 20
copy (select json_build_array(json_build_array(s.k, s.g::text, "s"."c0", "s"."c1", "s"."c2"::text, "s"."c3"::text, "s"."c4", "s"."c5", "s"."c6"::text, replace(replace("s"."c7"::timestamptz::text, ' ', 'T'), '+00', 'Z'), "s"."c8", "s"."c9"))::text
from (select "t"."fid" as k, "t"."geom" as g, "t"."nom_c" as "c0", "t"."etages_c" as "c1", "t"."surface_c" as "c2", "t"."prix_c" as "c3", "t"."hauteur_c" as "c4", "t"."actif_c" as "c5", "t"."pose_c" as "c6", "t"."vu_c" as "c7", "t"."mots_c" as "c8", "t"."secret_c" as "c9"
from "data"."arbres" as t
where true
order by "t"."nom_c" collate geomig.fr desc nulls last, "t"."pose_c" asc nulls last, "t"."fid"
limit current_setting('geomig.p1')::int8
offset current_setting('geomig.p2')::int8) s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
