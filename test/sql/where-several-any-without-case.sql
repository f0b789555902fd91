select count(*) as n
from "data"."arbres" as t
where exists (select 1
from unnest("t"."mots_c") e(v)
where lower(e.v collate geomig.fr) = (select lower($1::text collate geomig.fr)));
-- 1: eau

select set_config('geomig.p1', $1, true);
-- 1: eau
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where exists (select 1
from unnest("t"."mots_c") e(v)
where lower(e.v collate geomig.fr) = (select lower((select current_setting('geomig.p1')::text) collate geomig.fr)))
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
