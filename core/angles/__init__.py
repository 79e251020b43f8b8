"""Joint angles: conventions, ISB angles from labelled points, and closed forms from 17 joints."""
