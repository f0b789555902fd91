select count(*) as n
from "data"."arbres" as t
where ("t"."hauteur_c" >= $1::float8 and "t"."hauteur_c" <= $2::float8);
-- 1: 2
-- 2: 4

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true);
-- 1: 2
-- 2: 4
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ("t"."hauteur_c" >= current_setting('geomig.p1')::float8 and "t"."hauteur_c" <= current_setting('geomig.p2')::float8)
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
