-- The digest of words that somebody put in is that of these words, for this statement.
CREATE FUNCTION documents_version_as_said() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.text_digest IS DISTINCT FROM encode(sha256(convert_to(
        '[' || to_json(NEW.statement::text) || ', '
            || coalesce(to_json(nullif(NEW.applies_to, '')::text)::text, 'null') || ', '
            || to_json(NEW.language::text) || ', ' || to_json(NEW.text) || ']', 'UTF8')), 'hex')
    THEN
        PERFORM public.compliance_refuse('wording_version_digest',
                                         'The digest is that of the words.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER documents_version_as_said BEFORE INSERT ON documents_wordingversion
    FOR EACH ROW EXECUTE FUNCTION documents_version_as_said();
CREATE TRIGGER documents_wordingversion_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON documents_wordingversion
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();

-- A confirmation says exactly what one officer compared and another agreed to: of words that
-- somebody put in, with the day from which they hold, the grade, and where they stand.
CREATE OR REPLACE FUNCTION documents_confirmed_as_compared() RETURNS trigger
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
           AND compared.version_id IS NOT DISTINCT FROM NEW.version_id
           AND compared.text_digest = agreed ->> 'text'
           AND compared.statement = agreed ->> 'statement'
           AND compared.language = agreed ->> 'language'
           AND compared.source_digest = agreed ->> 'official'
           AND encode(sha256(convert_to(compared.source, 'UTF8')), 'hex') = agreed ->> 'source'
    ) OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.first_by::text
      OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.second_by::text
      OR agreed ->> 'version' IS DISTINCT FROM NEW.version_id::text
      OR (NEW.version_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.documents_wordingversion AS words
         WHERE words.id = NEW.version_id
           AND (words.statement, words.language, words.text_digest)
             = (NEW.statement, NEW.language, NEW.text_digest)
           AND words.effective_from::text = agreed ->> 'from'
           AND words.grade = agreed ->> 'grade'
    )) THEN
        PERFORM public.compliance_refuse('wording_as_compared',
                                         'Two officers agree on exactly these words.');
    END IF;
    RETURN NEW;
END
$$;
