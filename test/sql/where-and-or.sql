select count(*) as n
from "data"."arbres" as t
where (("t"."nom_c" = $1::text and "t"."etages_c" = $2::int8) or "t"."etages_c" = $3::int8);
-- 1: a
-- 2: 1
-- 3: 2

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true);
-- 1: a
-- 2: 1
-- 3: 2
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where (("t"."nom_c" = current_setting('geomig.p1')::text and "t"."etages_c" = current_setting('geomig.p2')::int8) or "t"."etages_c" = current_setting('geomig.p3')::int8)
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
