select f.generation, coalesce(f.row_count, case when f.generation = $1::int8 then $2::int8 end, (select count(*)
from "data"."arbres" as t
where true)) as n
from (select 1) one left join geomig.feature_type f on f.stem = $3::text;
-- 1: 1
-- 2: 12
-- 3: arbres
