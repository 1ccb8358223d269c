-- which class of illness a disease code is of for the bed-day rates, by the code or its beginning
-- grain: code
select
    cast(s.dise_no as varchar) as code,
    cast(s.disease_class as varchar) as disease_class
from stg_disease_classes s
