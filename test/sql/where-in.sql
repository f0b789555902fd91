select count(*) as n
from "data"."arbres" as t
where "t"."etages_c" = any($1::int8[]);
-- 1: {"1","2","3"}

select set_config('geomig.p1', $1, true);
-- 1: {"1","2","3"}
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where "t"."etages_c" = any((select current_setting('geomig.p1')::int8[])::int8[])
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
