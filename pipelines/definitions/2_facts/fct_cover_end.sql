-- persons whose cover has ended, and when it was resumed
-- grain: person, ended_on
select
    cast(s.psn_no as bigint) as person,
    cast(s.ended_on as date) as ended_on,
    cast(s.end_reason as varchar) as end_reason,
    cast(s.resumed_on as date) as resumed_on
from stg_cover_ends s
