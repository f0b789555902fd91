select count(*) as n
from "data"."arbres" as t
where ST_Intersects("t"."geom", (select ST_Transform($1::geometry, 2154)));
-- 1: 0103000020e610000001000000050000009a99999999990140666666666666484066666666666602406666666666664840666666666666024033333333337348409a9999999999014033333333337348409a999999999901406666666666664840

select set_config('geomig.p1', $1, true);
-- 1: 0103000020e610000001000000050000009a99999999990140666666666666484066666666666602406666666666664840666666666666024033333333337348409a9999999999014033333333337348409a999999999901406666666666664840
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ST_Intersects("t"."geom", (select ST_Transform((select current_setting('geomig.p1')::geometry), 2154)))
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
