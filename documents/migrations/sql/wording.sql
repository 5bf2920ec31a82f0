-- A confirmation says exactly what one officer compared and another agreed to.
CREATE FUNCTION documents_confirmed_as_compared() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb := public.compliance_approvals_agreed(NEW.consumption_id, 'wording');
BEGIN
    IF agreed IS NULL OR NOT EXISTS (
        SELECT FROM public.documents_wordingcomparison AS compared
         WHERE compared.id::text = agreed ->> 'comparison'
           AND (compared.statement, compared.language, compared.text_digest, compared.source,
                compared.source_digest)
             = (NEW.statement, NEW.language, NEW.text_digest, NEW.source, NEW.source_digest)
           AND compared.text_digest = agreed ->> 'text'
           AND compared.statement = agreed ->> 'statement'
           AND compared.language = agreed ->> 'language'
           AND compared.source_digest = agreed ->> 'official'
           AND encode(sha256(convert_to(compared.source, 'UTF8')), 'hex') = agreed ->> 'source'
    ) OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.first_by::text
      OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.second_by::text THEN
        PERFORM public.compliance_refuse('wording_as_compared',
                                         'Two officers agree on exactly these words.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER documents_confirmed_as_compared BEFORE INSERT ON documents_wordingconfirmation
    FOR EACH ROW EXECUTE FUNCTION documents_confirmed_as_compared();
CREATE TRIGGER documents_wordingcomparison_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON documents_wordingcomparison
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
