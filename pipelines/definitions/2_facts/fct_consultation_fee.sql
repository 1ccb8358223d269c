-- what the fund adds to a visit's consultation fee, by kind of primary institution
-- grain: year, scheme, kind
select
    cast(b.year as integer) as year,
    cast(b.scheme as varchar) as scheme,
    cast(b.kind as varchar) as kind,
    cast(max(b.amount_yuan) as decimal(18, 2)) as fee_yuan
from fct_budget b
where b.item = 'consultation_fee' and b.kind is not null
group by b.year, b.scheme, b.kind
